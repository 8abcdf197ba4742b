/* The hashes of the scheme, as dedup/sketch/reference.py specifies them. */
#ifndef DEDUP_HASH_H
#define DEDUP_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_START 0x27D4EB2F165667C5u
#define HASH_K0 0x9E3779B185EBCA87u
#define HASH_K1 0xC2B2AE3D27D4EB4Fu
#define HASH_K2 0x165667B19E3779F9u
#define HASH_STEP 0x9E3779B97F4A7C15u

static inline uint64_t rotl64(uint64_t x, int n) { return x << n | x >> (64 - n); }

static inline uint64_t load64(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* One step of a token's hash: sixteen bytes of its key, padded with zeros. */
static inline uint64_t hash_step(uint64_t h, uint64_t w0, uint64_t w1) {
    h = ((w0 ^ h) * HASH_K0) ^ rotl64(w1 * HASH_K1, 32);
    h ^= h >> 32;
    h *= HASH_K2;
    return h ^ h >> 29;
}

/* The hash of a key of any length. */
static inline uint64_t hash_key(const uint8_t *key, size_t size) {
    uint64_t h = HASH_START;
    uint8_t last[16] = {0};
    for (; size > 16; key += 16, size -= 16) h = hash_step(h, load64(key), load64(key + 8));
    memcpy(last, key, size);
    return hash_step(h, load64(last), load64(last + 8));
}

#endif
