// Counts the heap bytes that a thread asks for, whichever library asks: preloaded, it stands before glibc's allocator and hands on.
// A thread's own number, without a lock: counting must not slow what is timed. Peers compute on one thread.
#include <cerrno>
#include <cstddef>
#include <cstdint>

extern "C" {

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

// In the thread's own block, which is there from its start: a lookup that allocated would come back here.
static __thread unsigned long long allocated __attribute__((tls_model("initial-exec"))) = 0;

static void count(size_t size) {
    allocated += size;
}

unsigned long long allocated_bytes() {
    return allocated;
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t items, size_t size) {
    count(items * size);
    return __libc_calloc(items, size);
}

void *realloc(void *old, size_t size) {
    count(size);
    return __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t items, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(items, size, &total)) {
        errno = ENOMEM;
        return nullptr;
    }

    return realloc(old, total);
}

void *memalign(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **target, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
    // glibc's memalign sets errno, which this function must leave alone.
    const int before = errno;
    void *memory = memalign(alignment, size);
    errno = before;
    if (memory == nullptr) return ENOMEM;
    *target = memory;
    return 0;
}
}
