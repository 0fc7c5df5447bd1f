/* replay.c - runs a fuzz target over each file of the folders given: what once broke stays mended, without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        return 1;
    long size = ftell(f);
    rewind(f);
    uint8_t *data =
        malloc(size > 0 ? (size_t)size : 1); /* of the exact size, so that a sanitizer sees a byte too far */
    int bad = !data || (size > 0 && fread(data, 1, (size_t)size, f) != (size_t)size);
    (void)fclose(f);
    if (!bad)
        bad = LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    return bad;
}

int main(int argc, char **argv)
{
    int ran = 0, bad = 0;
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        for (const struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
            char path[4096];
            if (e->d_name[0] == '.')
                continue;
            (void)snprintf(path, sizeof(path), "%s/%s", argv[i], e->d_name);
            bad += replay(path);
            ran++;
        }
        if (dir)
            (void)closedir(dir);
    }
    (void)printf("%d passed, %d failed\n", ran - bad, bad);
    return bad || !ran;
}
