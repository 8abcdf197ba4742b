/* The door to finding: checks what comes in, lets go of the interpreter, calls. */
#include "binding.h"

#include <stdlib.h>

#include "find.h"

PyObject *native_postings(PyObject *self, PyObject *args) {
    enum { PRINTS, OFFSETS, CHOSEN, N };
    PyObject *o[N], *groups, *documents;
    Buffer v[N] = {0};
    Postings postings = {0};
    PyObject *result = NULL;
    Py_ssize_t most;
    int failed;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOn:postings", o, o + 1, o + 2, &most)) return NULL;
    if (buffer_get(v + PRINTS, o[PRINTS], 4, 0, "fingerprints") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0 ||
        buffer_get(v + CHOSEN, o[CHOSEN], 1, 0, "chosen") < 0)
        goto done;
    const int64_t *offsets = v[OFFSETS].view.buf;
    const size_t n = items(v + OFFSETS, 8);
    if (offsets_check(offsets, n, items(v + PRINTS, 4), "offsets") < 0) goto done;
    if (most < 2 || n > UINT32_MAX || items(v + CHOSEN, 1) != n - 1) {
        PyErr_SetString(PyExc_ValueError, "postings: most or the number of documents is off");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS;
    failed = postings_build(v[PRINTS].view.buf, offsets, v[CHOSEN].view.buf, n - 1, (size_t)most,
                            &postings) < 0;
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

PyObject *native_pairs(PyObject *self, PyObject *args) {
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
    const size_t n_words = items(words, 4), n_runs = items(pairs, 2);
    model->words = words->view.buf;
    model->pairs = pairs->view.buf;
    model->triples = triples->view.buf;
    while (((size_t)1 << model->log2_words) < n_words) model->log2_words++;
    while (((size_t)1 << model->log2_runs) < n_runs) model->log2_runs++;
    if (n_words < 2 || n_runs < 2 || (size_t)1 << model->log2_words != n_words ||
        (size_t)1 << model->log2_runs != n_runs || items(triples, 2) != n_runs) {
        PyErr_SetString(PyExc_ValueError, "model: tables must be powers of two");
        return -1;
    }
    return 0;
}

PyObject *native_count(PyObject *self, PyObject *args) {
    enum { TOKENS, OFFSETS, WORDS, PAIRS, TRIPLES, N };
    PyObject *o[N], *full_pairs, *full_triples;
    Buffer v[N] = {0};
    WordModel model = {0};
    Growing pairs = {0}, triples = {0};
    PyObject *result = NULL;
    int times, failed = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOi:count", o, o + 1, o + 2, o + 3, o + 4, &times)) return NULL;
    if (buffer_get(v + TOKENS, o[TOKENS], 8, 0, "tokens") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0 ||
        buffer_get(v + WORDS, o[WORDS], 4, 1, "words") < 0 ||
        buffer_get(v + PAIRS, o[PAIRS], 2, 1, "pairs") < 0 ||
        buffer_get(v + TRIPLES, o[TRIPLES], 2, 1, "triples") < 0 ||
        model_get(&model, v + WORDS, v + PAIRS, v + TRIPLES) < 0)
        goto done;
    const int64_t *offsets = v[OFFSETS].view.buf;
    const size_t n = items(v + OFFSETS, 8);
    if (offsets_check(offsets, n, items(v + TOKENS, 8), "offsets") < 0) goto done;
    if (times != 1 && times != -1) {
        PyErr_SetString(PyExc_ValueError, "count: times must be 1 or -1");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS;
    for (size_t d = 0; d + 1 < n && !failed; d++)
        failed = model_count(&model, (const uint64_t *)v[TOKENS].view.buf + offsets[d],
                             (size_t)(offsets[d + 1] - offsets[d]), times, &pairs, &triples) < 0;
    Py_END_ALLOW_THREADS;
    full_pairs = growing_take(&pairs);
    full_triples = growing_take(&triples);
    if (failed) PyErr_NoMemory();
    else if (full_pairs && full_triples) result = Py_BuildValue("OO", full_pairs, full_triples);
    Py_XDECREF(full_pairs);
    Py_XDECREF(full_triples);
done:
    buffers_release(v, N);
    return result;
}

PyObject *native_compare(PyObject *self, PyObject *args) {
    enum { TOKENS, OFFSETS, CAPITALS, QUOTED, SAMPLED, CHOSEN, WORDS, PAIRS, TRIPLES, LOG2, OUT, N };
    PyObject *o[N];
    Buffer v[N] = {0};
    WordModel model = {0};
    PyObject *result = NULL;
    int failed = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOdiiOO:compare", o, o + 1, o + 2, o + 3, o + 4, o + 5,
                          o + 6, o + 7, o + 8, &model.total, &model.words_fold, &model.runs_fold,
                          o + 9, o + 10))
        return NULL;
    if (buffer_get(v + TOKENS, o[TOKENS], 8, 0, "tokens") < 0 ||
        buffer_get(v + OFFSETS, o[OFFSETS], 8, 0, "offsets") < 0 ||
        buffer_get(v + CAPITALS, o[CAPITALS], 1, 0, "capitals") < 0 ||
        buffer_get(v + QUOTED, o[QUOTED], 1, 0, "quoted") < 0 ||
        buffer_get(v + SAMPLED, o[SAMPLED], 1, 0, "sampled") < 0 ||
        buffer_get(v + CHOSEN, o[CHOSEN], 8, 0, "pairs") < 0 ||
        buffer_get(v + WORDS, o[WORDS], 4, 0, "words") < 0 ||
        buffer_get(v + PAIRS, o[PAIRS], 2, 0, "pairs") < 0 ||
        buffer_get(v + TRIPLES, o[TRIPLES], 2, 0, "triples") < 0 ||
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
    wrong |= model.words_fold < 0 || model.words_fold > model.log2_words || model.runs_fold < 0 ||
             model.runs_fold > model.log2_runs;
    for (size_t i = 0; i < 2 * m && !wrong; i++) wrong = chosen[i] >= n;
    for (size_t d = 0; d < n && !wrong; d++) wrong = offsets[d + 1] - offsets[d] >= INT32_MAX;
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "compare: a pair, a length or a fold is out of range");
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
