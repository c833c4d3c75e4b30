/* A wall clock that is wrong by a number of seconds, which may change at any time: for LD_PRELOAD.

   libfaketime does much more, and takes half of the processor for it. What is measured by other
   clocks than the wall clock stays right, as on a machine whose clock is set. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static const volatile long long *wrong_by; /* seconds; in a file that the tests write */

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_sem_timedwait)(sem_t *, const struct timespec *);

__attribute__((constructor)) static void begin(void) {
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    real_sem_timedwait = dlsym(RTLD_NEXT, "sem_timedwait");
    const char *file = getenv("CLUSTER_CLOCK");
    int descriptor = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0)
        return;
    void *found = mmap(NULL, sizeof *wrong_by, PROT_READ, MAP_SHARED, descriptor, 0);
    if (found != MAP_FAILED)
        wrong_by = found;
}

static long long wrong(void) { return wrong_by ? *wrong_by : 0; }

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (!real_clock_gettime) /* before `begin`, in another library's beginning */
        real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real_clock_gettime(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += wrong();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec found;
    int result = clock_gettime(CLOCK_REALTIME, &found);
    now->tv_sec = found.tv_sec;
    now->tv_usec = found.tv_nsec / 1000;
    return result;
}

time_t time(time_t *now) {
    struct timespec found;
    clock_gettime(CLOCK_REALTIME, &found);
    if (now)
        *now = found.tv_sec;
    return found.tv_sec;
}

/* Python waits for a lock until a time of the wall clock. */
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    struct timespec right = *until;
    right.tv_sec -= wrong();
    return real_sem_timedwait(semaphore, &right);
}
