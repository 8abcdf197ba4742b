"""From two texts to the passages that were reused."""

from __future__ import annotations

from dedup.align.candidates import scan, scan_back
from dedup.align.condensation import condensed_from
from dedup.align.cover import UNIT, stem_weights
from dedup.align.fit import Fitted, fit
from dedup.align.runs import disjoint, exact_runs, verbatim
from dedup.align.units import Side, Units
from dedup.align.cover import Sentences
from dedup.alignment import Passage

LEAST_COVERED = 8 * UNIT
LEAST_SHARE = 0.45
LEAST_CHARS = 150
RUN_CHARS = 256
RUN_SHARE = 0.3


def passages(units: Units, *, sensitive: bool) -> list[Passage]:
    """Passages of b that come from a, in the order of b."""
    if not len(units.a.bounds) or not len(units.b.bounds):
        return []
    weights = stem_weights(units)
    runs = []
    for run in disjoint(exact_runs(units)):
        length, i, j = run
        if min(units.a.ends[i+length-1]-units.a.begins[i],units.b.ends[j+length-1]-units.b.begins[j])>=RUN_CHARS:
            runs.append(run)
    found = [verbatim(units, run) for run in runs]
    fits = set()
    forward=scan(units, weights)
    conds=[]
    for seg in forward:
        got=condensed_from(units,weights,seg)
        if got:
            st,cov=got
            if sensitive and seg.chunk==(0,len(units.a.bounds)): st=seg.chunk
            conds.append((-cov,seg.b.begin,Passage(*map(int,(units.a.bounds[st.begin,0],units.a.bounds[st.end-1,1],units.b.bounds[seg.b.begin,0],units.b.bounds[seg.b.end-1,1])),'condensed')))
    for _,_,p in sorted(conds,key=lambda x:x[:2]):
        if not any(overlap(p.b_start,p.b_end,q.b_start,q.b_end)>0 for q in found): found.append(p)
    for seg in forward+[s._replace(b=s.a,a=s.b) for s in scan_back(units,weights)]:
        f = fit(units, weights, seg.a, seg.b)
        if f is None or f.covered < LEAST_COVERED or max(f.of_a, f.of_b) < LEAST_SHARE: continue
        p=chars(units,f)
        if min(p.a_end-p.a_start,p.b_end-p.b_start)<LEAST_CHARS: continue
        fits.add((-f.covered*max(f.of_a,f.of_b),p.b_start,p.a_start,p))
    heaviest = max((int(weights[units.b.stems[j:j+n]].sum()) for n,i,j in runs), default=0)
    for s,_,_,p in sorted(fits,key=lambda x:x[:3]):
        if heaviest and -s < RUN_SHARE*heaviest: continue
        ok=True
        for q in found:
            ob=overlap(p.b_start,p.b_end,q.b_start,q.b_end); oa=overlap(p.a_start,p.a_end,q.a_start,q.a_end)
            if ob>0 or (oa>.5*(p.a_end-p.a_start) and q.relation!='condensed') or (q.relation=='verbatim' and oa>0): ok=False
        if ok: found.append(p)
    return sorted(found, key=lambda p: (p.b_start, p.a_start))

def overlap(a,b,c,d): return max(0,min(b,d)-max(a,c))

def chars(u,f):
    return Passage(int(u.a.bounds[f.a.begin,0]),int(u.a.bounds[f.a.end-1,1]),int(u.b.bounds[f.b.begin,0]),int(u.b.bounds[f.b.end-1,1]),'rewritten')
