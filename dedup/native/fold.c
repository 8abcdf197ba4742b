#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"

#define MAGIC 0x01554444u
#define PARTS 8

enum { L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11A7, S_BASE = 0xAC00 };
enum { L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, S_COUNT = L_COUNT * V_COUNT * T_COUNT };

int fold_open(FoldTable *table, const uint8_t *blob, size_t size) {
    static const size_t item[PARTS] = {2, 4, 4, 4, 4, 4, 8, 4};
    const uint8_t *part[PARTS];
    const uint32_t *header = (const uint32_t *)blob;
    size_t at = 40;
    if (size < at || header[0] != MAGIC || header[1] != PARTS) return -1;
    for (int i = 0; i < PARTS; i++) {
        size_t bytes = header[2 + i] * item[i];
        if (bytes > size - at) return -1;
        part[i] = blob + at;
        at += (bytes + 7) & ~(size_t)7;
    }
    if (at != size) return -1;
    table->pages = (const uint16_t *)part[0];
    table->entries = (const uint32_t *)part[1];
    table->decomposed = (const uint32_t *)part[2];
    table->decomposed_at = (const uint32_t *)part[3];
    table->expansions = (const uint32_t *)part[4];
    table->combining = (const uint32_t *)part[5];
    table->pairs = (const uint64_t *)part[6];
    table->composites = (const uint32_t *)part[7];
    table->n_decomposed = header[4];
    table->n_combining = header[7];
    table->n_pairs = header[8];
    return 0;
}

/* Where `value` stands in an ascending array, or -1. */
static long find32(const uint32_t *values, uint32_t n, uint32_t value) {
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (values[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low < n && values[low] == value ? (long)low : -1;
}

/* Canonical combining class. */
static uint32_t combining_class(const FoldTable *table, uint32_t code_point) {
    uint32_t low = 0, high = table->n_combining;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (table->combining[middle] >> 8 < code_point) low = middle + 1;
        else high = middle;
    }
    if (low < table->n_combining && table->combining[low] >> 8 == code_point)
        return table->combining[low] & 255;
    return 0;
}

/* What two code points compose to, or 0. */
static uint32_t compose_pair(const FoldTable *table, uint32_t first, uint32_t second) {
    uint32_t l = first - L_BASE, v = second - V_BASE, s = first - S_BASE, t = second - T_BASE;
    uint64_t key = (uint64_t)first << 32 | second;
    uint32_t low = 0, high = table->n_pairs;
    if (l < L_COUNT && v < V_COUNT) return S_BASE + (l * V_COUNT + v) * T_COUNT;
    if (s < S_COUNT && s % T_COUNT == 0 && t - 1 < T_COUNT - 1) return first + t;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (table->pairs[middle] < key) low = middle + 1;
        else high = middle;
    }
    return low < table->n_pairs && table->pairs[low] == key ? table->composites[low] : 0;
}

/* D(c) of one code point, appended to out; returns how many. At most 18. */
static size_t decompose(const FoldTable *table, uint32_t code_point, uint32_t *out) {
    uint32_t s = code_point - S_BASE;
    long at;
    if (s < S_COUNT) {
        out[0] = L_BASE + s / (V_COUNT * T_COUNT);
        out[1] = V_BASE + s % (V_COUNT * T_COUNT) / T_COUNT;
        out[2] = T_BASE + s % T_COUNT;
        return s % T_COUNT ? 3 : 2;
    }
    at = find32(table->decomposed, table->n_decomposed, code_point);
    if (at < 0) {
        out[0] = code_point;
        return 1;
    }
    size_t from = table->decomposed_at[at], to = table->decomposed_at[at + 1];
    memcpy(out, table->expansions + from, (to - from) * sizeof *out);
    return to - from;
}

/* Canonical ordering, in place: a stable sort by class of every run of combining marks. The runs
 * of hostile text can be as long as the text, hence counting by class and not insertion. */
static int reorder(const FoldTable *table, uint32_t *text, size_t n) {
    size_t i = 0;
    while (i < n) {
        size_t from, to;
        int ordered = 1;
        uint32_t last = 0;
        if (combining_class(table, text[i]) == 0) {
            i++;
            continue;
        }
        for (from = to = i; to < n; to++) {
            uint32_t class = combining_class(table, text[to]);
            if (class == 0) break;
            ordered &= class >= last;
            last = class;
        }
        if (!ordered) {
            size_t start[257] = {0};
            uint32_t *sorted = malloc((to - from) * sizeof *sorted);
            if (!sorted) return -1;
            for (i = from; i < to; i++) start[combining_class(table, text[i]) + 1]++;
            for (i = 0; i < 256; i++) start[i + 1] += start[i];
            for (i = from; i < to; i++) sorted[start[combining_class(table, text[i])]++] = text[i];
            memcpy(text + from, sorted, (to - from) * sizeof *sorted);
            free(sorted);
        }
        i = to;
    }
    return 0;
}

/* Canonical composition, in place; returns the new length. */
static size_t compose(const FoldTable *table, uint32_t *text, size_t n) {
    size_t out = 0, starter = 0;
    int have_starter = 0;
    uint32_t last = 0; /* class of what was last written after the starter */
    for (size_t i = 0; i < n; i++) {
        uint32_t class = combining_class(table, text[i]);
        int adjacent = have_starter && out == starter + 1;
        if (have_starter && (adjacent || (last < class && last != 0))) {
            uint32_t composite = compose_pair(table, text[starter], text[i]);
            if (composite) {
                text[starter] = composite;
                continue;
            }
        }
        if (class == 0) {
            starter = out;
            have_starter = 1;
        }
        last = class;
        text[out++] = text[i];
    }
    return out;
}

int fold_hash_slow(const FoldTable *table, const uint8_t *raw, size_t size, uint64_t *hash) {
    uint32_t small[256], *text = small;
    uint8_t *key;
    size_t n = 0, capacity = 256, bytes = 0;
    for (size_t i = 0; i < size;) {
        int length = 1;
        uint32_t code_point = raw[i] < 0x80 ? raw[i] : utf8_decode(raw + i, size - i, &length);
        if (n + 18 > capacity) {
            uint32_t *grown = malloc(capacity * 2 * sizeof *text);
            if (!grown) goto no_memory;
            memcpy(grown, text, n * sizeof *text);
            if (text != small) free(text);
            text = grown;
            capacity *= 2;
        }
        if (fold_class(fold_entry(table, code_point)) != IGNORABLE)
            n += decompose(table, code_point, text + n);
        i += (size_t)length;
    }
    if (reorder(table, text, n) < 0) goto no_memory;
    n = compose(table, text, n);
    /* A code point takes four bytes here and at most four as UTF-8: encode in place. */
    key = (uint8_t *)text;
    for (size_t i = 0; i < n; i++) {
        uint32_t code_point = text[i];
        int length = utf8_length(code_point);
        utf8_encode(key + bytes, code_point, length);
        bytes += (size_t)length;
    }
    *hash = hash_key(key, bytes);
    if (text != small) free(text);
    return 0;
no_memory:
    if (text != small) free(text);
    return -1;
}
