/* main.c - the command line: the child process that reads foreign formats, or a subcommand. */
#include <string.h>

#include "app/app.h"
#include "plan/outline.h"

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0)
        return outline_worker_main(argc, argv);
    return app_main(argc, argv);
}
