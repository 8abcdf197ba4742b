/* The door to aligning: checks what comes in, lets go of the interpreter, calls. */
#include "binding.h"

#include <stdlib.h>

#include "align.h"

PyObject *native_tiles(PyObject *self, PyObject *args) {
    enum { STEMS_A, STEMS_B, FIRSTS_A, FIRSTS_B, LIGHT, USED, PAIRS, OFFSETS, N };
    PyObject *o[N];
    Buffer v[N] = {0};
    Growing runs = {0};
    Tiler tiler = {0};
    PyObject *result = NULL;
    int failed = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOO:tiles", o, o + 1, o + 2, o + 3, o + 4, o + 5, o + 6,
                          o + 7))
        return NULL;
    if (buffer_get(v + STEMS_A, o[STEMS_A], 4, 0, "stems of a") < 0 ||
        buffer_get(v + STEMS_B, o[STEMS_B], 4, 0, "stems of b") < 0 ||
        buffer_get(v + FIRSTS_A, o[FIRSTS_A], 8, 0, "firsts of a") < 0 ||
        buffer_get(v + FIRSTS_B, o[FIRSTS_B], 8, 0, "firsts of b") < 0 ||
        buffer_get(v + LIGHT, o[LIGHT], 1, 0, "light") < 0 ||
        buffer_get(v + USED, o[USED], 1, 0, "used") < 0 ||
        buffer_get(v + PAIRS, o[PAIRS], 8, 0, "pairs") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 1, "offsets") < 0)
        goto done;
    const int32_t *stems_a = v[STEMS_A].view.buf, *stems_b = v[STEMS_B].view.buf;
    const int64_t *firsts_a = v[FIRSTS_A].view.buf, *firsts_b = v[FIRSTS_B].view.buf;
    const uint8_t *light = v[LIGHT].view.buf, *used = v[USED].view.buf;
    const int32_t *pairs = v[PAIRS].view.buf;
    int64_t *offsets = v[OFFSETS].view.buf;
    const size_t n_a = items(v + STEMS_A, 4), n_b = items(v + STEMS_B, 4);
    const size_t sentences_a = items(v + FIRSTS_A, 8), sentences_b = items(v + FIRSTS_B, 8);
    const size_t n = items(v + PAIRS, 8), stems = items(v + LIGHT, 1);
    if (offsets_check(firsts_a, sentences_a, n_a, "firsts of a") < 0 ||
        offsets_check(firsts_b, sentences_b, n_b, "firsts of b") < 0)
        goto done;
    int wrong = items(v + USED, 1) != n_b || items(v + OFFSETS, 8) != n + 1 ||
                n_a > INT32_MAX || n_b > INT32_MAX;
    for (size_t i = 0; i < n_a && !wrong; i++) wrong = stems_a[i] < 0 || (size_t)stems_a[i] >= stems;
    for (size_t i = 0; i < n_b && !wrong; i++) wrong = stems_b[i] < 0 || (size_t)stems_b[i] >= stems;
    for (size_t p = 0; p < n && !wrong; p++)
        wrong = pairs[2 * p] < 0 || (size_t)pairs[2 * p] + 1 >= sentences_a ||
                pairs[2 * p + 1] < 0 || (size_t)pairs[2 * p + 1] + 1 >= sentences_b;
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "tiles: a stem, a sentence or a length is out of range");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS;
    offsets[0] = 0;
    for (size_t p = 0; p < n && !failed; p++) {
        const int64_t a = firsts_a[pairs[2 * p]], b = firsts_b[pairs[2 * p + 1]];
        const Sentence in_a = {stems_a + a, (size_t)(firsts_a[pairs[2 * p] + 1] - a)};
        const Sentence in_b = {stems_b + b, (size_t)(firsts_b[pairs[2 * p + 1] + 1] - b)};
        failed = tiles_find(&tiler, &in_a, &in_b, light, used + b, (int32_t)a, (int32_t)b, &runs) < 0;
        offsets[p + 1] = (int64_t)(runs.size / (3 * sizeof(int32_t)));
    }
    tiler_free(&tiler);
    Py_END_ALLOW_THREADS;
    if (failed) PyErr_NoMemory();
    else result = growing_take(&runs);
done:
    free(runs.data);
    buffers_release(v, N);
    return result;
}

PyObject *native_runs(PyObject *self, PyObject *args) {
    enum { A, B, N };
    PyObject *o[N], *result = NULL;
    Buffer v[N] = {0};
    Growing runs = {0};
    Py_ssize_t least;
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOn:runs", o, o + 1, &least)) return NULL;
    if (buffer_get(v + A, o[A], 4, 0, "a") < 0 || buffer_get(v + B, o[B], 4, 0, "b") < 0) goto done;
    const size_t n_a = items(v + A, 4), n_b = items(v + B, 4);
    if (least < 1 || n_a >= INT32_MAX || n_b >= INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "runs: least or a length is out of range");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS;
    failed = align_runs(v[A].view.buf, n_a, v[B].view.buf, n_b, (size_t)least, &runs) < 0;
    Py_END_ALLOW_THREADS;
    result = failed ? PyErr_NoMemory() : growing_take(&runs);
done:
    free(runs.data);
    buffers_release(v, N);
    return result;
}

PyObject *native_segments(PyObject *self, PyObject *args) {
    PyObject *object, *result;
    Buffer gains = {0};
    Growing found = {0};
    long long least;
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OL:segments", &object, &least)) return NULL;
    if (buffer_get(&gains, object, 8, 0, "gains") < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS;
    failed = align_segments(gains.view.buf, items(&gains, 8), least, &found) < 0;
    Py_END_ALLOW_THREADS;
    result = failed ? PyErr_NoMemory() : growing_take(&found);
    free(found.data);
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
    if (wrong) PyErr_SetString(PyExc_ValueError, "partners: a stem is out of range");
    return wrong ? -1 : 0;
}

PyObject *native_partners(PyObject *self, PyObject *args) {
    enum { STEMS_A, FIRSTS_A, STEMS_B, FIRSTS_B, WEIGHTS, OUT, N };
    PyObject *o[N], *result = NULL;
    Buffer v[N] = {0};
    Sentences a, b;
    double least;
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOdO:partners", o, o + 1, o + 2, o + 3, o + 4, &least,
                          o + 5))
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
        PyErr_SetString(PyExc_ValueError, "partners: an array has the wrong length");
        goto done;
    }
    if (sentences_get(&a, v + STEMS_A, v + FIRSTS_A, n_stems) < 0 ||
        sentences_get(&b, v + STEMS_B, v + FIRSTS_B, n_stems) < 0)
        goto done;
    for (size_t s = 0; s < n_stems; s++)
        if (weights[s] < 0 || weights[s] > 1024) {
            PyErr_SetString(PyExc_ValueError, "partners: weights must lie in 0..1024");
            goto done;
        }
    Py_BEGIN_ALLOW_THREADS;
    failed = align_partners(&a, &b, weights, n_stems, least, v[OUT].view.buf) < 0;
    Py_END_ALLOW_THREADS;
    result = failed ? PyErr_NoMemory() : Py_NewRef(Py_None);
done:
    buffers_release(v, N);
    return result;
}
