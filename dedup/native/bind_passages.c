/* The door to aligning: checks what comes in, lets go of the interpreter, calls. */
#include "binding.h"

#include <stdlib.h>

#include "align.h"

static PyObject *growing_take(Growing *array, int failed) {
    PyObject *result = failed ? PyErr_NoMemory()
                              : PyByteArray_FromStringAndSize((const char *)array->data,
                                                              (Py_ssize_t)array->size);
    free(array->data);
    return result;
}

PyObject *native_align_runs(PyObject *self, PyObject *args) {
    enum { A, B, N };
    PyObject *o[N], *result = NULL;
    Buffer v[N] = {0};
    Growing runs = {0};
    Py_ssize_t least;
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOn:align_runs", o, o + 1, &least)) return NULL;
    if (buffer_get(v + A, o[A], 4, 0, "a") < 0 || buffer_get(v + B, o[B], 4, 0, "b") < 0) goto done;
    const size_t n_a = items(v + A, 4), n_b = items(v + B, 4);
    if (least < 1 || n_a >= INT32_MAX || n_b >= INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "align_runs: least or a length is out of range");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS;
    failed = align_runs(v[A].view.buf, n_a, v[B].view.buf, n_b, (size_t)least, &runs) < 0;
    Py_END_ALLOW_THREADS;
    result = growing_take(&runs, failed);
done:
    buffers_release(v, N);
    return result;
}

PyObject *native_align_segments(PyObject *self, PyObject *args) {
    PyObject *object, *result;
    Buffer gains = {0};
    Growing found = {0};
    long long least;
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OL:align_segments", &object, &least)) return NULL;
    if (buffer_get(&gains, object, 8, 0, "gains") < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS;
    failed = align_segments(gains.view.buf, items(&gains, 8), least, &found) < 0;
    Py_END_ALLOW_THREADS;
    result = growing_take(&found, failed);
    buffers_release(&gains, 1);
    return result;
}

/* The stems and the bounds of sentences of one side. */
static int sentences_get(Sentences *s, const Buffer *stems, const Buffer *firsts, size_t n_stems) {
    s->stems = stems->view.buf;
    s->firsts = firsts->view.buf;
    s->n = items(stems, 4);
    s->sentences = items(firsts, 8) - 1;
    if (offsets_check(s->firsts, s->sentences + 1, s->n, "firsts") < 0) return -1;
    int wrong = s->n >= INT32_MAX;
    for (size_t k = 0; k < s->n && !wrong; k++)
        wrong = s->stems[k] < 0 || (size_t)s->stems[k] >= n_stems;
    if (wrong) PyErr_SetString(PyExc_ValueError, "align_cover: a stem is out of range");
    return wrong ? -1 : 0;
}

PyObject *native_align_cover(PyObject *self, PyObject *args) {
    enum { STEMS_A, FIRSTS_A, STEMS_B, FIRSTS_B, WEIGHTS, OUT, N };
    PyObject *o[N], *result = NULL;
    Buffer v[N] = {0};
    Sentences a, b;
    double least;
    int lock_a, failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOdpO:align_cover", o, o + 1, o + 2, o + 3, o + 4, &least,
                          &lock_a, o + 5))
        return NULL;
    if (buffer_get(v + STEMS_A, o[STEMS_A], 4, 0, "stems") < 0 ||
        buffer_get(v + FIRSTS_A, o[FIRSTS_A], 8, 0, "firsts") < 0 ||
        buffer_get(v + STEMS_B, o[STEMS_B], 4, 0, "stems") < 0 ||
        buffer_get(v + FIRSTS_B, o[FIRSTS_B], 8, 0, "firsts") < 0 ||
        buffer_get(v + WEIGHTS, o[WEIGHTS], 8, 0, "weights") < 0 ||
        buffer_get(v + OUT, o[OUT], 4, 1, "partners") < 0)
        goto done;
    const int64_t *weights = v[WEIGHTS].view.buf;
    const size_t n_stems = items(v + WEIGHTS, 8);
    if (!items(v + FIRSTS_A, 8) || !items(v + FIRSTS_B, 8) ||
        items(v + OUT, 4) != items(v + STEMS_B, 4)) {
        PyErr_SetString(PyExc_ValueError, "align_cover: an array has the wrong length");
        goto done;
    }
    if (sentences_get(&a, v + STEMS_A, v + FIRSTS_A, n_stems) < 0 ||
        sentences_get(&b, v + STEMS_B, v + FIRSTS_B, n_stems) < 0)
        goto done;
    for (size_t s = 0; s < n_stems; s++)
        if (weights[s] < 0 || weights[s] > 1024) {
            PyErr_SetString(PyExc_ValueError, "align_cover: weights must lie in 0..1024");
            goto done;
        }
    Py_BEGIN_ALLOW_THREADS;
    failed = align_cover(&a, &b, weights, n_stems, least, lock_a, v[OUT].view.buf) < 0;
    Py_END_ALLOW_THREADS;
    result = failed ? PyErr_NoMemory() : Py_NewRef(Py_None);
done:
    buffers_release(v, N);
    return result;
}
