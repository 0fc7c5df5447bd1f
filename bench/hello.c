/* hello.c - the least that a libmicrohttpd server can be: answers everything with one word on PORT until it is killed. Peer of bench/start.py. */
#include <microhttpd.h>
#include <stdlib.h>
#include <unistd.h>

/* style: allow parameters because the library's callback has these */
static enum MHD_Result hello(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
                             const char *version, const char *data, size_t *data_size, void **request)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(5, ctx, MHD_RESPMEM_PERSISTENT);
    (void)url, (void)method, (void)version, (void)data, (void)data_size, (void)request;
    enum MHD_Result done = MHD_queue_response(c, MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return done;
}

int main(int argc, char **argv)
{
    static char word[] = "hello";
    long port = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    if (port < 1 || port > 65535)
        return 2;
    if (!MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (unsigned short)port, NULL, NULL, hello, word, MHD_OPTION_END))
        return 1;
    for (;;)
        (void)pause();
}
