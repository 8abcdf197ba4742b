/* What the bindings share: arrays come as buffers that Python made; nothing here knows NumPy. */
#ifndef DEDUP_BINDING_H
#define DEDUP_BINDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "growing.h"
#include "simd.h"

/* Set once, by open(). */
extern FoldTable fold_table;
extern const Simd *simd;

PyObject *native_pack(PyObject *self, PyObject *args);
PyObject *native_tokens(PyObject *self, PyObject *args);
PyObject *native_sketch(PyObject *self, PyObject *args);
PyObject *native_sketch_texts(PyObject *self, PyObject *args);
PyObject *native_postings(PyObject *self, PyObject *args);
PyObject *native_pairs(PyObject *self, PyObject *args);
PyObject *native_count(PyObject *self, PyObject *args);
PyObject *native_compare(PyObject *self, PyObject *args);
PyObject *native_tiles(PyObject *self, PyObject *args);
PyObject *native_runs(PyObject *self, PyObject *args);
PyObject *native_segments(PyObject *self, PyObject *args);
PyObject *native_partners(PyObject *self, PyObject *args);

/* Whether open() was called; what follows would read through NULL. */
static inline int opened(void) {
    if (!fold_table.entries) PyErr_SetString(PyExc_RuntimeError, "open() comes first");
    return fold_table.entries != NULL;
}

typedef struct {
    Py_buffer view;
    int held;
} Buffer;

static inline int buffer_get(Buffer *buffer, PyObject *object, size_t item, int writable, const char *name) {
    if (PyObject_GetBuffer(object, &buffer->view, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0)
        return -1;
    buffer->held = 1;
    if ((size_t)buffer->view.len % item) {
        PyErr_Format(PyExc_ValueError, "%s: %zd bytes are not whole items of %zu", name,
                     buffer->view.len, item);
        return -1;
    }
    return 0;
}

static inline void buffers_release(Buffer *buffers, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (buffers[i].held) PyBuffer_Release(&buffers[i].view);
}

static inline size_t items(const Buffer *buffer, size_t item) { return (size_t)buffer->view.len / item; }

/* The items as a bytearray; the array is empty afterwards. */
static inline PyObject *growing_take(Growing *array) {
    PyObject *result = PyByteArray_FromStringAndSize((const char *)array->data,
                                                     (Py_ssize_t)array->size);
    free(array->data);
    array->data = NULL;
    return result;
}

/* Offsets ascend from 0 and end at `size`. */
static inline int offsets_check(const int64_t *offsets, size_t n, size_t size, const char *name) {
    if (n < 1 || offsets[0] != 0 || offsets[n - 1] != (int64_t)size) goto wrong;
    for (size_t i = 1; i < n; i++)
        if (offsets[i] < offsets[i - 1]) goto wrong;
    return 0;
wrong:
    PyErr_Format(PyExc_ValueError, "%s: must ascend from 0 to %zu", name, size);
    return -1;
}

#endif
