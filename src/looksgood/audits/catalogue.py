"""Which questions an audit asks, in the order of its report; another one is added here."""

from collections.abc import Callable, Sequence

from looksgood.audits.sections.certificate import certificate
from looksgood.audits.sections.discrimination import discrimination
from looksgood.audits.sections.discrimination_of_runs import discrimination_of_runs
from looksgood.audits.sections.equal_proxy import equal_proxy
from looksgood.audits.sections.false_approvals import false_approvals
from looksgood.audits.sections.forecast import forecast
from looksgood.audits.sections.forms import forms
from looksgood.audits.sections.gaps import gaps
from looksgood.audits.sections.keeping_up import keeping_up
from looksgood.audits.sections.kl import kl
from looksgood.audits.sections.levels import levels
from looksgood.audits.sections.oddities import oddities
from looksgood.audits.sections.peak import peak
from looksgood.audits.sections.selection import selection
from looksgood.audits.sections.tail import tail
from looksgood.audits.sections.traits import traits
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Section

OF_ONE_RUN: tuple[Callable[[Subject], Section], ...] = (
    levels,
    peak,
    gaps,
    keeping_up,
    equal_proxy,
    discrimination,
    false_approvals,
    traits,
    oddities,
    kl,
    forms,
    forecast,
    certificate,
    tail,
    selection,
)
OF_ALL_RUNS: tuple[Callable[[Sequence[Subject]], Section], ...] = (discrimination_of_runs,)
