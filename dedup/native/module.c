/* The door between Python and the kernels: checks what comes in, lets go of the interpreter, calls.
 * Arrays come as buffers that Python made; nothing here knows NumPy. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "sketch.h"

static uint8_t *table_blob;
static FoldTable table;
static const Simd *simd;
static PyObject *isascii_name;

/* ---- buffers ---------------------------------------------------------------------------- */

typedef struct {
    Py_buffer view;
    int held;
} Buffer;

static int buffer_get(Buffer *buffer, PyObject *object, size_t item, int writable, const char *name) {
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

static void buffers_release(Buffer *buffers, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (buffers[i].held) PyBuffer_Release(&buffers[i].view);
}

static size_t items(const Buffer *buffer, size_t item) { return (size_t)buffer->view.len / item; }

/* Offsets ascend from 0 and end at `size`. */
static int offsets_check(const int64_t *offsets, size_t n, size_t size, const char *name) {
    if (n < 1 || offsets[0] != 0 || offsets[n - 1] != (int64_t)size) goto wrong;
    for (size_t i = 1; i < n; i++)
        if (offsets[i] < offsets[i - 1]) goto wrong;
    return 0;
wrong:
    PyErr_Format(PyExc_ValueError, "%s: must ascend from 0 to %zu", name, size);
    return -1;
}

/* ---- texts to UTF-8 --------------------------------------------------------------------- */

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

static PyObject *native_pack(PyObject *self, PyObject *args) {
    PyObject *texts, *tuple, *offsets = NULL, *result = NULL;
    Bytes bytes = {0};
    uint32_t *wide = NULL;
    size_t wide_capacity = 0;
    Py_ssize_t n;
    (void)self;
    if (!PyArg_ParseTuple(args, "O:pack", &texts)) return NULL;
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

/* ---- the passes ------------------------------------------------------------------------- */

static PyObject *native_tokens(PyObject *self, PyObject *args) {
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
        TokenReader reader = {&table, simd, &block, (const uint8_t *)v[DATA].view.buf + offsets[d],
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

static PyObject *native_sketch(PyObject *self, PyObject *args) {
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
        TokenReader reader = {&table, simd, &block, (const uint8_t *)v[DATA].view.buf + offsets[d],
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

/* ---- finding ---------------------------------------------------------------------------- */

static PyObject *growing_take(Growing *array) {
    PyObject *result = PyByteArray_FromStringAndSize((const char *)array->data,
                                                     (Py_ssize_t)array->size);
    free(array->data);
    array->data = NULL;
    return result;
}

static PyObject *native_postings(PyObject *self, PyObject *args) {
    enum { PRINTS, OFFSETS, N };
    PyObject *o[N], *groups, *documents;
    Buffer v[N] = {0};
    Postings postings = {0};
    PyObject *result = NULL;
    Py_ssize_t most;
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOn:postings", o, o + 1, &most)) return NULL;
    if (buffer_get(v + PRINTS, o[PRINTS], 4, 0, "fingerprints") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0)
        goto done;
    const int64_t *offsets = v[OFFSETS].view.buf;
    const size_t n = items(v + OFFSETS, 8);
    if (offsets_check(offsets, n, items(v + PRINTS, 4), "offsets") < 0) goto done;
    if (most < 2 || n > UINT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "postings: most below 2, or too many documents");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS;
    failed = postings_build(v[PRINTS].view.buf, offsets, n - 1, (size_t)most, &postings) < 0;
    Py_END_ALLOW_THREADS;
    groups = growing_take(&postings.groups);
    documents = growing_take(&postings.documents);
    if (failed) PyErr_NoMemory();
    else if (groups && documents)
        result = Py_BuildValue("OOK", groups, documents, (unsigned long long)postings.common);
    Py_XDECREF(groups);
    Py_XDECREF(documents);
done:
    buffers_release(v, N);
    return result;
}

static PyObject *native_pairs(PyObject *self, PyObject *args) {
    enum { GROUPS, DOCUMENTS, N };
    PyObject *o[N];
    Buffer v[N] = {0};
    Growing pairs = {0};
    PyObject *result = NULL;
    Py_ssize_t n;
    unsigned int least;
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOnI:pairs", o, o + 1, &n, &least)) return NULL;
    if (buffer_get(v + GROUPS, o[GROUPS], 8, 0, "groups") < 0 ||
        buffer_get(v + DOCUMENTS, o[DOCUMENTS], 4, 0, "documents") < 0)
        goto done;
    const int64_t *groups = v[GROUPS].view.buf;
    const uint32_t *documents = v[DOCUMENTS].view.buf;
    const size_t n_groups = items(v + GROUPS, 8), total = items(v + DOCUMENTS, 4);
    int wrong = n < 0 || (n_groups ? groups[n_groups - 1] : 0) != (int64_t)total;
    for (size_t g = 0; g < n_groups && !wrong; g++) wrong = groups[g] < (g ? groups[g - 1] : 0);
    for (size_t i = 0; i < total && !wrong; i++) wrong = documents[i] >= (size_t)n;
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "pairs: groups or documents out of range");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS;
    failed = postings_pairs(groups, n_groups, documents, (size_t)n, least, &pairs) < 0;
    Py_END_ALLOW_THREADS;
    result = growing_take(&pairs);
    if (failed) {
        Py_CLEAR(result);
        PyErr_NoMemory();
    }
done:
    buffers_release(v, N);
    return result;
}

/* The three tables of counts, as one buffer each. */
static int model_get(WordModel *model, const Buffer *words, const Buffer *pairs,
                     const Buffer *triples) {
    const size_t n_words = items(words, 4), n_runs = items(pairs, 4);
    model->words = words->view.buf;
    model->pairs = pairs->view.buf;
    model->triples = triples->view.buf;
    while (((size_t)1 << model->log2_words) < n_words) model->log2_words++;
    while (((size_t)1 << model->log2_runs) < n_runs) model->log2_runs++;
    if (n_words < 2 || n_runs < 2 || (size_t)1 << model->log2_words != n_words ||
        (size_t)1 << model->log2_runs != n_runs || items(triples, 4) != n_runs) {
        PyErr_SetString(PyExc_ValueError, "model: tables must be powers of two");
        return -1;
    }
    return 0;
}

static PyObject *native_count(PyObject *self, PyObject *args) {
    enum { TOKENS, OFFSETS, WORDS, PAIRS, TRIPLES, N };
    PyObject *o[N];
    Buffer v[N] = {0};
    WordModel model = {0};
    PyObject *result = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOO:count", o, o + 1, o + 2, o + 3, o + 4)) return NULL;
    if (buffer_get(v + TOKENS, o[TOKENS], 8, 0, "tokens") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0 ||
        buffer_get(v + WORDS, o[WORDS], 4, 1, "words") < 0 ||
        buffer_get(v + PAIRS, o[PAIRS], 4, 1, "pairs") < 0 ||
        buffer_get(v + TRIPLES, o[TRIPLES], 4, 1, "triples") < 0 ||
        model_get(&model, v + WORDS, v + PAIRS, v + TRIPLES) < 0)
        goto done;
    const int64_t *offsets = v[OFFSETS].view.buf;
    const size_t n = items(v + OFFSETS, 8);
    if (offsets_check(offsets, n, items(v + TOKENS, 8), "offsets") < 0) goto done;
    Py_BEGIN_ALLOW_THREADS;
    for (size_t d = 0; d + 1 < n; d++)
        model_count(&model, (const uint64_t *)v[TOKENS].view.buf + offsets[d],
                    (size_t)(offsets[d + 1] - offsets[d]));
    Py_END_ALLOW_THREADS;
    result = Py_NewRef(Py_None);
done:
    buffers_release(v, N);
    return result;
}

static PyObject *native_compare(PyObject *self, PyObject *args) {
    enum { TOKENS, OFFSETS, CAPITALS, QUOTED, SAMPLED, CHOSEN, WORDS, PAIRS, TRIPLES, LOG2, OUT, N };
    PyObject *o[N];
    Buffer v[N] = {0};
    WordModel model = {0};
    PyObject *result = NULL;
    int failed = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOdOO:compare", o, o + 1, o + 2, o + 3, o + 4, o + 5,
                          o + 6, o + 7, o + 8, &model.total, o + 9, o + 10))
        return NULL;
    if (buffer_get(v + TOKENS, o[TOKENS], 8, 0, "tokens") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0 ||
        buffer_get(v + CAPITALS, o[CAPITALS], 1, 0, "capitals") < 0 ||
        buffer_get(v + QUOTED, o[QUOTED], 1, 0, "quoted") < 0 ||
        buffer_get(v + SAMPLED, o[SAMPLED], 1, 0, "sampled") < 0 ||
        buffer_get(v + CHOSEN, o[CHOSEN], 8, 0, "pairs") < 0 ||
        buffer_get(v + WORDS, o[WORDS], 4, 0, "words") < 0 ||
        buffer_get(v + PAIRS, o[PAIRS], 4, 0, "pairs") < 0 ||
        buffer_get(v + TRIPLES, o[TRIPLES], 4, 0, "triples") < 0 ||
        buffer_get(v + LOG2, o[LOG2], 4, 0, "log2") < 0 ||
        buffer_get(v + OUT, o[OUT], sizeof(Comparison), 1, "out") < 0 ||
        model_get(&model, v + WORDS, v + PAIRS, v + TRIPLES) < 0)
        goto done;
    const int64_t *offsets = v[OFFSETS].view.buf;
    const uint64_t *tokens = v[TOKENS].view.buf;
    const uint8_t *sampled = v[SAMPLED].view.buf, *capitals = v[CAPITALS].view.buf;
    const uint8_t *quoted = v[QUOTED].view.buf;
    const uint32_t *chosen = v[CHOSEN].view.buf;
    const size_t n = items(v + OFFSETS, 8) - 1, m = items(v + CHOSEN, 8);
    Comparison *out = v[OUT].view.buf;
    if (offsets_check(offsets, n + 1, items(v + TOKENS, 8), "offsets") < 0) goto done;
    int wrong = items(v + SAMPLED, 1) != n || items(v + CAPITALS, 1) != items(v + TOKENS, 8) ||
                items(v + QUOTED, 1) != items(v + TOKENS, 8) ||
                items(v + OUT, sizeof(Comparison)) != m ||
                items(v + LOG2, 4) != 4096;
    for (size_t i = 0; i < 2 * m && !wrong; i++) wrong = chosen[i] >= n;
    for (size_t d = 0; d < n && !wrong; d++) wrong = offsets[d + 1] - offsets[d] >= INT32_MAX;
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "compare: a pair or a length is out of range");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS;
    Comparer *comparer = comparer_new(&model, v[LOG2].view.buf);
    failed = !comparer;
    for (size_t i = 0; i < m && !failed; i++) {
        const size_t p = chosen[2 * i], q = chosen[2 * i + 1];
        const Sequence a = {tokens + offsets[p], capitals + offsets[p], quoted + offsets[p],
                            (size_t)(offsets[p + 1] - offsets[p]), sampled[p]};
        const Sequence b = {tokens + offsets[q], capitals + offsets[q], quoted + offsets[q],
                            (size_t)(offsets[q + 1] - offsets[q]), sampled[q]};
        failed = compare(comparer, &a, &b, out + i) < 0;
    }
    comparer_free(comparer);
    Py_END_ALLOW_THREADS;
    if (failed) PyErr_NoMemory();
    else result = Py_NewRef(Py_None);
done:
    buffers_release(v, N);
    return result;
}

/* ---- set-up ----------------------------------------------------------------------------- */

static PyObject *native_open(PyObject *self, PyObject *args) {
    Buffer blob = {0};
    PyObject *object;
    const char *name = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "Oz:open", &object, &name)) return NULL;
    if (buffer_get(&blob, object, 8, 0, "table") < 0) return NULL;
    uint8_t *copy = malloc((size_t)blob.view.len);
    if (!copy) {
        buffers_release(&blob, 1);
        return PyErr_NoMemory();
    }
    memcpy(copy, blob.view.buf, (size_t)blob.view.len);
    const size_t size = (size_t)blob.view.len;
    buffers_release(&blob, 1);
    const Simd *chosen = simd_choose(name);
    FoldTable opened;
    if (!chosen || fold_open(&opened, copy, size) < 0) {
        free(copy);
        PyErr_SetString(PyExc_ValueError, chosen ? "not the table this core reads"
                                                 : "this machine lacks that instruction set");
        return NULL;
    }
    /* An earlier blob stays: another thread may be reading it. */
    table_blob = copy;
    table = opened;
    simd = chosen;
    return PyUnicode_FromString(simd->name);
}

static PyObject *native_simd(PyObject *self, PyObject *args) {
    (void)self;
    (void)args;
    return PyUnicode_FromString(simd ? simd->name : simd_choose(NULL)->name);
}

static PyMethodDef methods[] = {
    {"simd", native_simd, METH_NOARGS, NULL},
    {"open", native_open, METH_VARARGS, NULL},
    {"pack", native_pack, METH_VARARGS, NULL},
    {"tokens", native_tokens, METH_VARARGS, NULL},
    {"sketch", native_sketch, METH_VARARGS, NULL},
    {"postings", native_postings, METH_VARARGS, NULL},
    {"pairs", native_pairs, METH_VARARGS, NULL},
    {"count", native_count, METH_VARARGS, NULL},
    {"compare", native_compare, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "dedup._native", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__native(void) {
    isascii_name = PyUnicode_InternFromString("isascii");
    return isascii_name ? PyModule_Create(&module) : NULL;
}
