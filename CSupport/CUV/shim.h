/* libuv, and the few things beside it that Swift cannot import by itself. */
#include <uv.h>

/* timerfd: a Linux header that Swift's Glibc module leaves out. */
#include <sys/timerfd.h>

/* malloc_trim: glibc's own, likewise left out. */
#include <malloc.h>

/* GNU calls. Swift's Glibc module is built without _GNU_SOURCE, so that their declarations are
   missing from it although the functions are there; these are the ones of glibc 2.36. */
#include <pthread.h>
#include <sys/socket.h>

extern int accept4(int fd, struct sockaddr *address, socklen_t *byte_count, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int pthread_attr_setaffinity_np(pthread_attr_t *attributes, size_t byte_count,
                                       const cpu_set_t *cpus);

enum { QUES_CPU_COUNT_MAX = 1024 };

/* CPU_SET is a macro over a bit array that Swift imports as a 16-element tuple of words. */
static inline int ques_attr_set_cpu(pthread_attr_t *attributes, int cpu) {
    cpu_set_t cpus = {0};
    const int word_bits = 8 * (int)sizeof cpus.__bits[0];
    if (cpu < 0 || cpu >= QUES_CPU_COUNT_MAX) return UV_EINVAL;
    cpus.__bits[cpu / word_bits] |= (__cpu_mask)1 << (cpu % word_bits);
    return uv_translate_sys_error(pthread_attr_setaffinity_np(attributes, sizeof cpus, &cpus));
}
