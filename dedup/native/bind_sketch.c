/* The door to the hashing core: checks what comes in, lets go of the interpreter, calls. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>

#include "sketch.h"

/* A bytearray being filled: what is written counts, not its length. */
typedef struct {
    PyObject *array;
    uint8_t *data;
    size_t size, capacity;
} Bytes;

static int bytes_reserve(Bytes *bytes, size_t more) {
    if (bytes->size + more > bytes->capacity) {
        const size_t capacity = bytes->size + more + bytes->capacity / 2;
        if (PyByteArray_Resize(bytes->array, (Py_ssize_t)capacity) < 0) return -1;
        bytes->data = (uint8_t *)PyByteArray_AsString(bytes->array);
        bytes->capacity = capacity;
    }
    return 0;
}

/* The interned name of a method of str that the limited API has no function for. */
static PyObject *isascii_name;

/* Appends one str. */
static int pack_one(PyObject *text, Bytes *bytes, uint32_t **wide, size_t *wide_capacity) {
    PyObject *ascii;
    int is_ascii;
    ascii = PyObject_CallMethodObjArgs(text, isascii_name, NULL);
    if (!ascii) return -1;
    is_ascii = ascii == Py_True;
    Py_DECREF(ascii);
    if (is_ascii) {
        Py_ssize_t size;
        const char *data = PyUnicode_AsUTF8AndSize(text, &size);
        if (!data) return -1;
        if (bytes_reserve(bytes, (size_t)size) < 0) return -1;
        memcpy(bytes->data + bytes->size, data, (size_t)size);
        bytes->size += (size_t)size;
        return 0;
    }
    /* By way of UCS-4: PyUnicode_AsUTF8AndSize takes three times as long, fails on surrogates, and
     * would leave a copy in the caller's str. */
    const size_t length = (size_t)PyUnicode_GetLength(text);
    if (length > *wide_capacity) {
        uint32_t *grown = realloc(*wide, length * sizeof **wide);
        if (!grown) {
            PyErr_NoMemory();
            return -1;
        }
        *wide = grown;
        *wide_capacity = length;
    }
    if (!PyUnicode_AsUCS4(text, (Py_UCS4 *)*wide, (Py_ssize_t)length, 0)) return -1;
    if (bytes_reserve(bytes, length * 4 + 16) < 0) return -1;
    bytes->size += simd->encode(*wide, length, bytes->data + bytes->size);
    return 0;
}

PyObject *native_pack(PyObject *self, PyObject *args) {
    PyObject *texts, *tuple, *offsets = NULL, *result = NULL;
    Bytes bytes = {0};
    uint32_t *wide = NULL;
    size_t wide_capacity = 0;
    Py_ssize_t n;
    (void)self;
    if (!PyArg_ParseTuple(args, "O:pack", &texts)) return NULL;
    if (!isascii_name && !(isascii_name = PyUnicode_InternFromString("isascii"))) return NULL;
    tuple = PySequence_Tuple(texts);
    if (!tuple) return NULL;
    n = PyTuple_Size(tuple);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *text = PyTuple_GetItem(tuple, i);
        if (!PyUnicode_Check(text)) {
            PyErr_Format(PyExc_TypeError, "a text must be a str, not %R", (PyObject *)Py_TYPE(text));
            goto done;
        }
        bytes.capacity += (size_t)PyUnicode_GetLength(text);
    }
    bytes.array = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)bytes.capacity);
    offsets = PyByteArray_FromStringAndSize(NULL, (n + 1) * 8);
    if (!bytes.array || !offsets) goto done;
    bytes.data = (uint8_t *)PyByteArray_AsString(bytes.array);
    int64_t *at = (int64_t *)PyByteArray_AsString(offsets);
    at[0] = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (pack_one(PyTuple_GetItem(tuple, i), &bytes, &wide, &wide_capacity) < 0) goto done;
        at[i + 1] = (int64_t)bytes.size;
    }
    if (PyByteArray_Resize(bytes.array, (Py_ssize_t)bytes.size) < 0) goto done;
    result = PyTuple_Pack(2, bytes.array, offsets);
done:
    free(wide);
    Py_XDECREF(bytes.array);
    Py_XDECREF(offsets);
    Py_DECREF(tuple);
    return result;
}

PyObject *native_tokens(PyObject *self, PyObject *args) {
    enum { DATA, OFFSETS, HASHES, CAPITALS, QUOTED, BEGINS, ENDS, COUNTS, N };
    PyObject *o[N];
    Buffer v[N] = {0};
    PyObject *result = NULL;
    int failed = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOO:tokens", o, o + 1, o + 2, o + 3, o + 4, o + 5, o + 6,
                          o + 7))
        return NULL;
    if (buffer_get(v + DATA, o[DATA], 1, 0, "data") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0 ||
        buffer_get(v + HASHES, o[HASHES], 8, 1, "hashes") < 0 ||
        buffer_get(v + CAPITALS, o[CAPITALS], 1, 1, "capitals") < 0 ||
        buffer_get(v + QUOTED, o[QUOTED], 1, 1, "quoted") < 0 ||
        buffer_get(v + BEGINS, o[BEGINS], 8, 1, "begins") < 0 ||
        buffer_get(v + ENDS, o[ENDS], 8, 1, "ends") < 0 ||
        buffer_get(v + COUNTS, o[COUNTS], 8, 1, "counts") < 0)
        goto done;
    const int64_t *offsets = v[OFFSETS].view.buf;
    const size_t size = items(v + DATA, 1), n = items(v + OFFSETS, 8) - 1;
    uint64_t *hashes = v[HASHES].view.buf;
    uint8_t *capitals = v[CAPITALS].view.buf, *quoted = v[QUOTED].view.buf;
    int64_t *begins = v[BEGINS].view.buf, *ends = v[ENDS].view.buf, *counts = v[COUNTS].view.buf;
    const int places = items(v + BEGINS, 8) > 0;
    if (offsets_check(offsets, n + 1, size, "offsets") < 0) goto done;
    if (items(v + HASHES, 8) < size / 2 + n || items(v + CAPITALS, 1) < size / 2 + n ||
        items(v + QUOTED, 1) < size / 2 + n || items(v + COUNTS, 8) != n ||
        (places && (items(v + BEGINS, 8) < size / 2 + n || items(v + ENDS, 8) < size / 2 + n))) {
        PyErr_SetString(PyExc_ValueError, "tokens: an output array is too small");
        goto done;
    }
    size_t total = 0;
    Py_BEGIN_ALLOW_THREADS;
    Block block;
    Growing spans = {0};
    failed = block_open(&block) < 0;
    for (size_t d = 0; d < n && !failed; d++) {
        TokenReader reader = {&fold_table, simd, &block, (const uint8_t *)v[DATA].view.buf + offsets[d],
                              (size_t)(offsets[d + 1] - offsets[d]), 0, 0};
        const size_t first = total;
        size_t next = 0;
        failed = quotations(reader.text, reader.size, &spans) < 0;
        while (reader.at < reader.size && !failed) {
            const long m = tokens_next(&reader);
            if (m < 0) {
                failed = 1;
                break;
            }
            memcpy(hashes + total, block.tokens + 4, (size_t)m * 8);
            tokens_capitals(&reader, (size_t)m, capitals + total);
            tokens_quoted(&reader, (size_t)m, &spans, &next, quoted + total);
            if (places) {
                for (long i = 0; i < m; i++) {
                    begins[total + (size_t)i] = offsets[d] + (int64_t)(reader.base + block.begin[i]);
                    ends[total + (size_t)i] = offsets[d] + (int64_t)(reader.base + block.end[i]);
                }
            }
            total += (size_t)m;
        }
        counts[d] = (int64_t)(total - first);
    }
    free(spans.data);
    block_close(&block);
    Py_END_ALLOW_THREADS;
    result = failed ? PyErr_NoMemory() : PyLong_FromSize_t(total);
done:
    buffers_release(v, N);
    return result;
}

PyObject *native_sketch(PyObject *self, PyObject *args) {
    enum { DATA, OFFSETS, A, B, SIGNATURES, DIGESTS, COUNTS, PRINTS, PRINT_OFFSETS, N };
    PyObject *o[N];
    Buffer v[N] = {0};
    PyObject *result = NULL;
    int failed = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOO:sketch", o, o + 1, o + 2, o + 3, o + 4, o + 5, o + 6,
                          o + 7, o + 8))
        return NULL;
    if (buffer_get(v + DATA, o[DATA], 1, 0, "data") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0 ||
        buffer_get(v + A, o[A], 4, 0, "a") < 0 || buffer_get(v + B, o[B], 4, 0, "b") < 0 ||
        buffer_get(v + SIGNATURES, o[SIGNATURES], 4, 1, "signatures") < 0 ||
        buffer_get(v + DIGESTS, o[DIGESTS], 16, 1, "digests") < 0 ||
        buffer_get(v + COUNTS, o[COUNTS], 8, 1, "counts") < 0 ||
        buffer_get(v + PRINTS, o[PRINTS], 8, 1, "fingerprints") < 0 ||
        buffer_get(v + PRINT_OFFSETS, o[PRINT_OFFSETS], 8, 1, "fingerprint_offsets") < 0)
        goto done;
    const int64_t *offsets = v[OFFSETS].view.buf;
    const size_t size = items(v + DATA, 1), n = items(v + OFFSETS, 8) - 1;
    const size_t num_perm = items(v + A, 4);
    if (offsets_check(offsets, n + 1, size, "offsets") < 0) goto done;
    if (items(v + B, 4) != num_perm || items(v + SIGNATURES, 4) != n * num_perm ||
        items(v + DIGESTS, 16) != n || items(v + COUNTS, 8) != n ||
        items(v + PRINTS, 8) < size / 2 + n || items(v + PRINT_OFFSETS, 8) != n + 1) {
        PyErr_SetString(PyExc_ValueError, "sketch: an array has the wrong length");
        goto done;
    }
    const SketchScheme scheme = {v[A].view.buf, v[B].view.buf, num_perm};
    uint32_t *signatures = v[SIGNATURES].view.buf;
    uint64_t *digests = v[DIGESTS].view.buf, *prints = v[PRINTS].view.buf;
    int64_t *counts = v[COUNTS].view.buf, *print_offsets = v[PRINT_OFFSETS].view.buf;
    Py_BEGIN_ALLOW_THREADS;
    Block block;
    failed = block_open(&block) < 0;
    print_offsets[0] = 0;
    for (size_t d = 0; d < n && !failed; d++) {
        TokenReader reader = {&fold_table, simd, &block, (const uint8_t *)v[DATA].view.buf + offsets[d],
                              (size_t)(offsets[d + 1] - offsets[d]), 0, 0};
        DocumentSketch out = {signatures + d * num_perm, digests + 2 * d,
                              prints + print_offsets[d], 0, 0};
        failed = sketch_document(&reader, &scheme, &out) < 0;
        counts[d] = out.n_tokens;
        print_offsets[d + 1] = print_offsets[d] + (int64_t)out.n_fingerprints;
    }
    block_close(&block);
    Py_END_ALLOW_THREADS;
    if (failed) PyErr_NoMemory();
    else result = Py_NewRef(Py_None);
done:
    buffers_release(v, N);
    return result;
}
