#include "simd.h"

#include <string.h>

#include "hash.h"

#if defined(__GNUC__) || defined(__clang__)
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define CTZ64(x) __builtin_ctzll(x)
#define POPCOUNT64(x) __builtin_popcountll(x)
#else
#define LIKELY(x) (x)
#define UNLIKELY(x) (x)
static int CTZ64(uint64_t x) {
    int n = 0;
    while (!(x & 1)) x >>= 1, n++;
    return n;
}
static int POPCOUNT64(uint64_t x) {
    int n = 0;
    for (; x; x &= x - 1) n++;
    return n;
}
#endif

/* Only GCC compiles one file for several instruction sets without the build's help. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define HAVE_X86_TARGETS 1
#include <immintrin.h>
#endif
#if defined(__aarch64__) && defined(__ARM_NEON)
#define HAVE_NEON 1
#include <arm_neon.h>
#endif

#define SIMD_TABLE(ISA)                                                                            \
    {#ISA,       ISA##_encode, ISA##_classify, ISA##_locate, ISA##_hash,                           \
     ISA##_roll, ISA##_digest, ISA##_permute,  ISA##_winnow}

#define SIMD_PORTABLE 1
#define FN(name) portable_##name
#include "simd_kernels.inc"
#undef FN
#undef SIMD_PORTABLE

#ifdef HAVE_NEON
#define SIMD_NEON 1
#define FN(name) neon_##name
#include "simd_kernels.inc"
#undef FN
#undef SIMD_NEON
#endif

#ifdef HAVE_X86_TARGETS
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt,lzcnt")
#define SIMD_AVX2 1
#define FN(name) avx2_##name
#include "simd_kernels.inc"
#undef FN
#undef SIMD_AVX2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,avx2,bmi,bmi2,popcnt,lzcnt")
#define SIMD_AVX512 1
#define FN(name) avx512_##name
#include "simd_kernels.inc"
#undef FN
#undef SIMD_AVX512
#pragma GCC pop_options
#endif

/* Best first. */
static const Simd simds[] = {
#ifdef HAVE_X86_TARGETS
    SIMD_TABLE(avx512),
    SIMD_TABLE(avx2),
#endif
#ifdef HAVE_NEON
    SIMD_TABLE(neon),
#endif
    SIMD_TABLE(portable),
};

static int supported(const char *name) {
#ifdef HAVE_X86_TARGETS
    __builtin_cpu_init();
    if (!strcmp(name, "avx2"))
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    if (!strcmp(name, "avx512"))
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2");
#endif
    (void)name;
    return 1;
}

const Simd *simd_choose(const char *name) {
    for (size_t i = 0; i < sizeof simds / sizeof *simds; i++)
        if ((!name || !strcmp(name, simds[i].name)) && supported(simds[i].name)) return &simds[i];
    return NULL;
}
