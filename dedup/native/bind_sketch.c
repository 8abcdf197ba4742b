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
    if (!bytes->data) bytes->capacity = (size_t)PyByteArray_Size(bytes->array);
    if (bytes->size + more > bytes->capacity) {
        const size_t capacity = bytes->size + more + bytes->size / 2;
        if (PyByteArray_Resize(bytes->array, (Py_ssize_t)capacity) < 0) return -1;
        bytes->capacity = capacity;
    }
    bytes->data = (uint8_t *)PyByteArray_AsString(bytes->array);
    return 0;
}

/* The interned name of a method of str that the limited API has no function for. */
static PyObject *isascii_name;

/* Appends one str. */
static int pack_one(PyObject *text, Bytes *bytes, uint32_t **wide, size_t *wide_capacity) {
    PyObject *ascii;
    int is_ascii;
    if (!isascii_name && !(isascii_name = PyUnicode_InternFromString("isascii"))) return -1;
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
    if (bytes_reserve(bytes, length * 4 + 64) < 0) return -1;
    bytes->size += simd->encode(*wide, length, bytes->data + bytes->size);
    return 0;
}

/* Asks for the memory of a str that is read next: its characters stand behind its head, or if not, a
 * request in vain is all that comes of it. Short texts end before the processor sees a pattern. */
static void fetch_ahead(PyObject *text) {
#if defined(__GNUC__) || defined(__clang__)
    enum { LINE = 64, MOST = 8192 };
    const size_t size = 2 * (size_t)PyUnicode_GetLength(text);
    for (size_t at = 0; at < size && at < MOST; at += LINE)
        __builtin_prefetch((const char *)text + at);
#else
    (void)text;
#endif
}

/* The texts from number `first` on to UTF-8, end to end in `array`, until they have `most` characters
 * or there are no more; offsets[i] is where text first + i begins. Returns how many, or -1. */
static Py_ssize_t pack_texts(PyObject *tuple, Py_ssize_t first, size_t most, PyObject *array,
                             int64_t *offsets) {
    uint32_t *wide = NULL;
    size_t wide_capacity = 0, length = 0;
    Py_ssize_t n = 0;
    for (; first + n < PyTuple_Size(tuple) && length < most; n++) {
        PyObject *text = PyTuple_GetItem(tuple, first + n);
        if (!PyUnicode_Check(text)) {
            PyErr_Format(PyExc_TypeError, "a text must be a str, not %R", (PyObject *)Py_TYPE(text));
            return -1;
        }
        length += (size_t)PyUnicode_GetLength(text);
    }
    Bytes bytes = {array, NULL, 0, 0};
    if (bytes_reserve(&bytes, length) < 0) return -1;
    offsets[0] = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (i + 1 < n) fetch_ahead(PyTuple_GetItem(tuple, first + i + 1));
        if (pack_one(PyTuple_GetItem(tuple, first + i), &bytes, &wide, &wide_capacity) < 0) {
            n = -1;
            break;
        }
        offsets[i + 1] = (int64_t)bytes.size;
    }
    free(wide);
    return n;
}

PyObject *native_pack(PyObject *self, PyObject *args) {
    PyObject *texts, *tuple, *data, *offsets = NULL, *result = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "O:pack", &texts)) return NULL;
    tuple = PySequence_Tuple(texts);
    if (!tuple) return NULL;
    const Py_ssize_t n = PyTuple_Size(tuple);
    data = PyByteArray_FromStringAndSize(NULL, 0);
    offsets = PyByteArray_FromStringAndSize(NULL, (n + 1) * 8);
    if (data && offsets) {
        int64_t *at = (int64_t *)PyByteArray_AsString(offsets);
        if (pack_texts(tuple, 0, SIZE_MAX, data, at) == n &&
            PyByteArray_Resize(data, (Py_ssize_t)at[n]) == 0)
            result = PyTuple_Pack(2, data, offsets);
    }
    Py_XDECREF(data);
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
    if (!opened()) return NULL;
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

/* The pass over n texts at data[offsets[d]:offsets[d + 1]], without the interpreter. print_offsets[0]
 * says where in prints to go on. -1 when memory ran out. */
static int sketch_all(const uint8_t *data, const int64_t *offsets, size_t n,
                      const SketchScheme *scheme, uint32_t *signatures, uint64_t *digests,
                      int64_t *counts, uint64_t *prints, int64_t *print_offsets) {
    Block block;
    int failed = block_open(&block) < 0;
    for (size_t d = 0; d < n && !failed; d++) {
        TokenReader reader = {&fold_table, simd, &block, data + offsets[d],
                              (size_t)(offsets[d + 1] - offsets[d]), 0, 0};
        DocumentSketch out = {signatures + d * scheme->num_perm, digests + 2 * d,
                              prints + print_offsets[d], 0, 0};
        failed = sketch_document(&reader, scheme, &out) < 0;
        counts[d] = out.n_tokens;
        print_offsets[d + 1] = print_offsets[d] + (int64_t)out.n_fingerprints;
    }
    block_close(&block);
    return failed ? -1 : 0;
}

/* What a sketch is made of and written to: the arrays that both calls below take. */
enum { A, B, SIGNATURES, DIGESTS, COUNTS, PRINT_OFFSETS, N_SKETCH };

static int sketch_arrays(PyObject *const *o, Buffer *v) {
    static const size_t item[N_SKETCH] = {4, 4, 4, 16, 8, 8};
    static const char *const name[N_SKETCH] = {"a",       "b",      "signatures",
                                               "digests", "counts", "fingerprint_offsets"};
    for (int i = 0; i < N_SKETCH; i++)
        if (buffer_get(v + i, o[i], item[i], i >= SIGNATURES, name[i]) < 0) return -1;
    return 0;
}

/* Whether they are for n texts. */
static int sketch_lengths(const Buffer *v, size_t n) {
    const size_t num_perm = items(v + A, 4);
    if (items(v + B, 4) == num_perm && items(v + SIGNATURES, 4) == n * num_perm &&
        items(v + DIGESTS, 16) == n && items(v + COUNTS, 8) == n &&
        items(v + PRINT_OFFSETS, 8) == n + 1)
        return 0;
    PyErr_SetString(PyExc_ValueError, "sketch: an array has the wrong length");
    return -1;
}

PyObject *native_sketch(PyObject *self, PyObject *args) {
    enum { DATA, OFFSETS, PRINTS, N };
    PyObject *o[N], *arrays[N_SKETCH], *result = NULL;
    Buffer v[N] = {0}, w[N_SKETCH] = {0};
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOO:sketch", o, o + 1, o + 2, arrays, arrays + 1, arrays + 2,
                          arrays + 3, arrays + 4, arrays + 5))
        return NULL;
    if (!opened()) return NULL;
    if (buffer_get(v + DATA, o[DATA], 1, 0, "data") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0 ||
        buffer_get(v + PRINTS, o[PRINTS], 8, 1, "fingerprints") < 0 || sketch_arrays(arrays, w) < 0)
        goto done;
    const int64_t *offsets = v[OFFSETS].view.buf;
    const size_t size = items(v + DATA, 1), n = items(v + OFFSETS, 8) - 1;
    if (offsets_check(offsets, n + 1, size, "offsets") < 0 || sketch_lengths(w, n) < 0) goto done;
    if (items(v + PRINTS, 8) < size / 2 + n) {
        PyErr_SetString(PyExc_ValueError, "sketch: too little room for fingerprints");
        goto done;
    }
    const SketchScheme scheme = {w[A].view.buf, w[B].view.buf, items(w + A, 4)};
    *(int64_t *)w[PRINT_OFFSETS].view.buf = 0;
    Py_BEGIN_ALLOW_THREADS;
    failed = sketch_all(v[DATA].view.buf, offsets, n, &scheme, w[SIGNATURES].view.buf,
                        w[DIGESTS].view.buf, w[COUNTS].view.buf, v[PRINTS].view.buf,
                        w[PRINT_OFFSETS].view.buf) < 0;
    Py_END_ALLOW_THREADS;
    if (failed) PyErr_NoMemory();
    else result = Py_NewRef(Py_None);
done:
    buffers_release(v, N);
    buffers_release(w, N_SKETCH);
    return result;
}

/* The same of str, by way of two bytearrays that the caller keeps: fresh memory would cost as much as
 * a quarter of the pass. Of the texts, so many at a time are UTF-8 as stay in the second-level cache. */
#define BATCH_CHARS ((size_t)1 << 18)

PyObject *native_sketch_texts(PyObject *self, PyObject *args) {
    PyObject *texts, *tuple, *text_room, *print_room, *arrays[N_SKETCH], *result = NULL;
    Buffer w[N_SKETCH] = {0};
    int64_t *offsets = NULL;
    int failed = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OO!O!OOOOOO:sketch_texts", &texts, &PyByteArray_Type, &text_room,
                          &PyByteArray_Type, &print_room, arrays, arrays + 1, arrays + 2, arrays + 3,
                          arrays + 4, arrays + 5))
        return NULL;
    if (!opened()) return NULL;
    tuple = PySequence_Tuple(texts);
    if (!tuple) return NULL;
    const Py_ssize_t n = PyTuple_Size(tuple);
    if (sketch_arrays(arrays, w) < 0 || sketch_lengths(w, (size_t)n) < 0) goto done;
    offsets = malloc(((size_t)n + 1) * sizeof *offsets);
    if (!offsets) {
        PyErr_NoMemory();
        goto done;
    }
    const SketchScheme scheme = {w[A].view.buf, w[B].view.buf, items(w + A, 4)};
    int64_t *print_offsets = w[PRINT_OFFSETS].view.buf;
    print_offsets[0] = 0;
    for (Py_ssize_t at = 0; at < n && !failed;) {
        const Py_ssize_t m = pack_texts(tuple, at, BATCH_CHARS, text_room, offsets);
        if (m < 0) goto done;
        const size_t room = ((size_t)(print_offsets[at] + offsets[m] / 2) + (size_t)m) * 8;
        if ((size_t)PyByteArray_Size(print_room) < room &&
            PyByteArray_Resize(print_room, (Py_ssize_t)(room + room / 2)) < 0)
            goto done;
        const uint8_t *data = (const uint8_t *)PyByteArray_AsString(text_room);
        uint64_t *prints = (uint64_t *)PyByteArray_AsString(print_room);
        Py_BEGIN_ALLOW_THREADS;
        failed = sketch_all(data, offsets, (size_t)m, &scheme,
                            (uint32_t *)w[SIGNATURES].view.buf + (size_t)at * scheme.num_perm,
                            (uint64_t *)w[DIGESTS].view.buf + 2 * at,
                            (int64_t *)w[COUNTS].view.buf + at, prints, print_offsets + at) < 0;
        Py_END_ALLOW_THREADS;
        at += m;
    }
    if (failed) PyErr_NoMemory();
    else result = Py_NewRef(Py_None);
done:
    free(offsets);
    buffers_release(w, N_SKETCH);
    Py_DECREF(tuple);
    return result;
}
