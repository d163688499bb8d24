/* In the guest: a disk read and written past the page cache, in microseconds for each kind of access. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MIB (1 << 20)
#define SIZE (32 * MIB)

static int disk;
static char *buffer;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static void access_disk(int writes, size_t length, off_t at) {
  ssize_t done = writes ? pwrite(disk, buffer, length, at) : pread(disk, buffer, length, at);
  if (done != (ssize_t)length) perror("disk"), exit(1);
}

static void measure(const char *name, int writes, size_t length, int count, int random) {
  unsigned seed = 1;
  double began = now();
  for (int index = 0; index < count; index++) {
    if (random) seed = seed * 1664525 + 1013904223;
    unsigned place = random ? seed >> 8 : (unsigned)index;
    access_disk(writes, length, (off_t)(place % (SIZE / length)) * length);
  }
  printf("disk %s %.1f\n", name, (now() - began) / count);
}

int main(int argc, char **argv) {
  int scale = atoi(argv[2]);
  disk = open(argv[1], O_RDWR | O_DIRECT);
  if (disk < 0 || posix_memalign((void **)&buffer, 4096, MIB)) return perror(argv[1]), 1;
  measure("sequential-write", 1, MIB, 32 * scale, 0);
  measure("sequential-read", 0, MIB, 32 * scale, 0);
  measure("random-write", 1, 4096, 500 * scale, 1);
  measure("random-read", 0, 4096, 500 * scale, 1);
  return 0;
}
