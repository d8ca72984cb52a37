/* A crowd of readers: COUNT WebSockets to 127.0.0.1:PORT, all in one thread, cheaper than any server they measure.

   readers PORT COUNT AT_ONCE PATH [PATH ...]

   Of several paths each gets its share of the readers. AT_ONCE may be on their way in at the same time (0: all). What a
   server sends must carry [[1]], [[2]], [[3]] … in its text: each reader checks that none is missing and none comes too
   early (a repeat does no harm). Pings are answered.
   Lines on stdout, times in seconds of CLOCK_MONOTONIC:

   joined READERS BEGAN ENDED RETRIED    all handshakes are done; RETRIED were refused or cut off and came again
   got N FIRST LAST                      the first and the last reader have [[N]]
   wrong …                               what must not happen; the process ends with 1

   Ends when stdin does. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MARKS 20000         /* the highest [[N]] */
#define PER_ADDRESS 10000   /* readers from one address; the kernel has some 28,000 ports for each */
#define AWAKE 0.02          /* seconds after something has happened */
#define BUFFER (4 << 20)    /* bytes of the longest message */
#define TEXT 0x1
#define CLOSE 0x8
#define PING 0x9

enum state { CONNECTING, SHAKING_HANDS, OPEN };

struct reader {
    int fd, heard, rest_size;
    enum state state;
    char *rest;             /* the beginning of a message whose end has not come yet */
};

static struct reader *readers;
static int count, at_once, port, begun, joined, retried, epoll;
static char **paths;
static int path_count;
static char buffer[BUFFER];
static struct { double first, last; int readers; } marks[MARKS];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void wrong(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("wrong ");
    vprintf(format, arguments);
    printf("\n");
    exit(1);
}

static void watch(struct reader *r, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = r};
    if (epoll_ctl(epoll, operation, r->fd, &event)) wrong("epoll: %s", strerror(errno));
}

static void connect_(struct reader *r) {
    int which = (int)(r - readers);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002 + which / PER_ADDRESS)};
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int yes = 1;
    r->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (r->fd < 0) wrong("no socket for reader %d: %s", which, strerror(errno));
    setsockopt(r->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &yes, sizeof yes);
    if (bind(r->fd, (void *)&here, sizeof here)) wrong("reader %d can't bind: %s", which, strerror(errno));
    if (connect(r->fd, (void *)&there, sizeof there) && errno != EINPROGRESS) wrong("connect: %s", strerror(errno));
    r->state = CONNECTING;
    watch(r, EPOLL_CTL_ADD, EPOLLOUT);
}

static void come_again(struct reader *r) {
    if (r->state == OPEN) wrong("reader %d was cut off after [[%d]]", (int)(r - readers), r->heard);
    close(r->fd);
    retried++;
    connect_(r);
}

static void shake_hands(struct reader *r) {
    char request[1024];
    int size = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Origin: http://127.0.0.1:%d\r\n\r\n", paths[(r - readers) % path_count], port, port);
    if (send(r->fd, request, size, MSG_NOSIGNAL) != size) { come_again(r); return; }
    r->state = SHAKING_HANDS;
    watch(r, EPOLL_CTL_MOD, EPOLLIN);
}

static void tell(int mark) {
    printf("got %d %.6f %.6f\n", mark, marks[mark].first, marks[mark].last);
}

static void hear(struct reader *r, char *text, size_t size) {
    char *end = text + size, *at = text;
    while ((at = memmem(at, end - at, "[[", 2))) {
        int mark = atoi(at += 2);
        if (mark <= r->heard) continue;
        if (mark != r->heard + 1 || mark >= MARKS) wrong("reader %d: [[%d]] after [[%d]]", (int)(r - readers), mark, r->heard);
        r->heard = mark;
        marks[mark].last = now();
        if (!marks[mark].readers++) marks[mark].first = marks[mark].last;
        if (marks[mark].readers == count) tell(mark);
    }
}

static void answer(struct reader *r, char *ping, size_t size) {
    char pong[6 + 125] = {(char)0x8a, (char)(0x80 | size)};  /* masked with zeros */
    memcpy(pong + 6, ping, size);
    if (send(r->fd, pong, 6 + size, MSG_NOSIGNAL) < 0) wrong("a pong could not be sent: %s", strerror(errno));
}

/* The size of the frame at the front of these bytes, 0 if it is not whole yet. */
static size_t frame(struct reader *r, unsigned char *at, size_t size) {
    size_t head = 2, length;
    if (size < 2) return 0;
    length = at[1] & 127;
    if (length >= 126) head = length == 126 ? 4 : 10;
    if (size < head) return 0;
    if (head > 2) for (size_t i = 2, n = length = 0; i < head; i++, length = n) n = n << 8 | at[i];
    if (size < head + length) return 0;
    switch (at[0] & 15) {
        case TEXT: hear(r, (char *)at + head, length); break;
        case PING: answer(r, (char *)at + head, length); break;
        case CLOSE: wrong("reader %d was closed with %d", (int)(r - readers), at[head] << 8 | at[head + 1]);
    }
    return head + length;
}

static size_t handshake(struct reader *r, char *at, size_t size) {
    char *end = memmem(at, size, "\r\n\r\n", 4);
    if (!end) return 0;
    if (size < 12 || memcmp(at + 9, "101", 3)) wrong("the handshake was answered with %.12s", at);
    r->state = OPEN;
    joined++;
    return end + 4 - at;
}

static void keep(struct reader *r, char *at, size_t size) {
    r->rest_size = (int)size;
    if (size) memcpy(r->rest = malloc(size), at, size);
}

static void take(struct reader *r) {
    size_t before = r->rest_size, used = 0, step;
    if (before) { memcpy(buffer, r->rest, before); free(r->rest); }
    ssize_t size = recv(r->fd, buffer + before, BUFFER - before, 0);
    if (size <= 0) { r->rest_size = 0; come_again(r); return; }
    size += before;
    do {
        step = r->state == OPEN ? frame(r, (unsigned char *)buffer + used, size - used) : handshake(r, buffer + used, size - used);
        used += step;
    } while (step);
    keep(r, buffer + used, size - used);
}

/* A hundred, then a look at who can speak: readers at many places don't wait until all the others are connected. */
static void let_in(void) {
    for (int some = 0; some < 100 && begun < count && (!at_once || begun - joined < at_once); some++) connect_(&readers[begun++]);
}

static void happened(struct epoll_event *event, double began) {
    struct reader *r = event->data.ptr;
    if (!r) exit(0);  /* stdin */
    int was = joined;
    if (event->events & (EPOLLERR | EPOLLHUP) && r->state == CONNECTING) come_again(r);
    else if (r->state == CONNECTING) shake_hands(r);
    else take(r);
    if (joined != was && joined == count) printf("joined %d %.6f %.6f %d\n", joined, began, now(), retried);
}

int main(int argc, char **argv) {
    struct rlimit files;
    struct epoll_event events[1024], leave = {.events = EPOLLIN | EPOLLHUP};
    if (argc < 5) { fprintf(stderr, "readers PORT COUNT AT_ONCE PATH [PATH ...]\n"); return 2; }
    setvbuf(stdout, NULL, _IOLBF, 0);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    port = atoi(argv[1]), count = atoi(argv[2]), at_once = atoi(argv[3]), paths = argv + 4, path_count = argc - 4;
    readers = calloc(count, sizeof *readers);
    /* PostgreSQL and the driver on this core come first, and at once: with nice(19) they wait 3 ms for their turn. */
    if (sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0}) < 0) perror("sched_setscheduler");
    epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &leave);
    double began = now(), busy = began;
    for (;;) {
        let_in();
        /* Asleep, it would have to be woken by every send; awake all the time, it keeps a virtual machine's disk waiting. */
        int ready = epoll_wait(epoll, events, 1024, now() < busy + AWAKE ? 0 : -1);
        for (int i = 0; i < ready; i++) happened(&events[i], began);
        if (ready) busy = now();
    }
}
