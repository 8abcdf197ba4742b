/* An array that grows. */
#ifndef DEDUP_GROWING_H
#define DEDUP_GROWING_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t *data;
    size_t size, capacity; /* bytes */
} Growing;

/* Appends an item; -1 when memory ran out. */
static inline int growing_add(Growing *array, const void *item, size_t bytes) {
    if (array->size + bytes > array->capacity) {
        size_t capacity = array->capacity ? array->capacity * 2 : 4096;
        while (capacity < array->size + bytes) capacity *= 2;
        uint8_t *data = (uint8_t *)realloc(array->data, capacity);
        if (!data) return -1;
        array->data = data;
        array->capacity = capacity;
    }
    memcpy(array->data + array->size, item, bytes);
    array->size += bytes;
    return 0;
}

#endif
