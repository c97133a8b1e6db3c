/*
 * Preloaded, this stands in for the kernel's dma-buf heaps where there are none (containers): a heap is /dev/null, a
 * buffer is a memfd. libcamera and picamera2 then allocate, map and free as they do on a Raspberry Pi.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *instead_of(const char *path)
{
	return strncmp(path, "/dev/dma_heap/", 14) == 0 ? "/dev/null" : path;
}

#define STAND_IN_FOR_OPEN(name)                                                     \
	int name(const char *path, int flags, ...)                                  \
	{                                                                           \
		static int (*real)(const char *, int, ...);                         \
		va_list arguments;                                                  \
		va_start(arguments, flags);                                         \
		mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0; \
		va_end(arguments);                                                  \
		if (!real)                                                          \
			real = dlsym(RTLD_NEXT, #name);                             \
		return real(instead_of(path), flags, mode);                         \
	}

STAND_IN_FOR_OPEN(open)
STAND_IN_FOR_OPEN(open64)

static int allocate(struct dma_heap_allocation_data *wanted)
{
	int fd = memfd_create("dma-buf", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, wanted->len) < 0)
		return -1;
	wanted->fd = fd;
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	static int (*real)(int, unsigned long, ...);
	va_list arguments;
	va_start(arguments, request);
	void *argument = va_arg(arguments, void *);
	va_end(arguments);
	/* Python passes the number as a signed int. */
	switch ((unsigned int)request) {
	case (unsigned int)DMA_HEAP_IOCTL_ALLOC:
		return allocate(argument);
	case (unsigned int)DMA_BUF_IOCTL_SYNC:
	case (unsigned int)DMA_BUF_SET_NAME_A:
	case (unsigned int)DMA_BUF_SET_NAME_B:
		return 0;
	}
	if (!real)
		real = dlsym(RTLD_NEXT, "ioctl");
	return real(fd, request, argument);
}
