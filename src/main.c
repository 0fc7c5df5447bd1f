/* main.c - the command line: a table of subcommands, nothing else. */
#include <stdio.h>

int main(void)
{
    (void)fputs("yiti\n", stdout);
    return 0;
}
