"""Names: whether one is an organisation's, and the first and last name of a person."""

import re

_PARTICLES = frozenset(
    "von vom zu zum zur van der den de del della di da dos el al bin ten ter la le".split()
)

_FORMS = frozenset(
    "gmbh gesmbh mbh gbr gesbr ohg kgaa ewiv partg partgmbb mbb vvag aör kdör "
    "limited ltd llc llp inc incorporated corporation pty sarl sàrl srl sasu eurl bvba sprl "
    "lda ltda kft zrt nyrt oyj aps eood foundation fondation fondazione fundación".split()
)
"""Legal forms that are nobody's name, whatever their spelling and wherever they stand."""
_ENDINGS = ("gmbh", "stiftung", "verein", "genossenschaft", "gesellschaft")
"""The same, also as the end of a longer word: "Sportverein", "Aktiengesellschaft"."""
_WITHOUT_BLANKS = re.compile("株式会社|有限会社|合同会社|有限公司|주식회사")
"""Legal forms of languages that put no blank before them."""
_FORMS_AS_WRITTEN = frozenset(
    "AG KG UG gUG OG KEG EG eG eV eK eU eGbR SE SA SAS SC SNC SL SLU BV NV CV VOF VZW ASBL AB AS "
    "OY Oy OÜ SpA SPA Corp CORP plc PLC UAB SIA OOD DOO SRO BT".split()
)
"""Legal forms that may be names in other spelling ("Anna Ag"); only as the last word."""
_MAY_BE_NAMES = frozenset("SE SA SAS SC SL AB AS OY EG BT SIA SPA".split())
"""Those of them that may be names where a whole name is in capitals ("MARIA SA")."""
_DOTTED = re.compile(
    r"\se\. ?(?:[VKGU]|K(?:fm|fr))\.?(?=$|[\s,)])"
    r"|\s(?:E\.V|S\.? ?à ?r\.? ?l|S\.[rR]\.[lL]|S\.[ALE]|[BN]\.V|S\. ?p\. ?[aA]|S\.A\.S|S\.L\.U"
    r"|L\.L\.C|[sS]p\. ?z\.? ?o\. ?o|s\. ?r\. ?o|d\. ?o\. ?o|a\. ?s|A/S)\.?$"
)
"""Legal forms with dots, which may be initials elsewhere: "e.V." counts anywhere."""
_AND_PARTNERS = re.compile(
    r"(?:&|\+|\b(?:und|and|et)\b) ?"
    r"(?:Co|Cie|Partner|Partners|Partnerinnen|Kollegen|Associates|Söhne|Sohn|Sons)\b\.?",
    re.IGNORECASE,
)
"""An addition that firms have; "und Partner" is kept for partnerships, §11 (1) PartGG."""
_BEHIND_THE_FORM = re.compile(
    r"(?:\s*\([^()]*\)|,?\s+i\. ?(?:G|Gr|L|Ins)\.?|,?\s+in Liquidation)+$", re.IGNORECASE
)
"""What may follow a legal form: "(haftungsbeschränkt)", "i. G."."""

_DEGREES = frozenset(
    "ba bsc beng bed llb ma msc meng med mba mpa mph mfa mres mphil emba llm phd dphil md jr sr "
    "esq cpa cfa ii iii iv ra stb wp rechtsanwalt rechtsanwältin steuerberater steuerberaterin "
    "wirtschaftsprüfer wirtschaftsprüferin notarin architekt architektin".split()
)
"""What stands behind a name, without dots: degrees, professions and generations."""
_TITLES = frozenset("dr prof mag ing dipl diplom lic".split())
"""Titles, which stand before a first name as well ("Muster, Dr. Anna")."""
_LIKE_NAMES = frozenset("ba bed ma med md sr iv ra mag ing".split())
"""Those of both that are names as well; they need dots, or capitals among small letters."""


_JOINTS = frozenset({"&", "+", "und", "and", "et"})
"""What joins two names."""


def is_organisation(name: str) -> bool:
    """Whether a name has a legal form or an addition that only organisations have.

    Forms that people are called as well count as they are written in law: "Muster AG" is one,
    "Anna Ag" is not.
    """
    whole = _BEHIND_THE_FORM.sub("", name)
    if any(_is_form(word) for word in re.findall(r"[^\s,()&+/-]+", name)):
        return True
    if any(form.search(whole) for form in (_DOTTED, _AND_PARTNERS, _WITHOUT_BLANKS)):
        return True
    last = re.findall(r"[^\s,()]+", whole)[1:][-1:]
    forms = "".join(last).rstrip(".").split("/")  # Belgium writes both: "SA/NV"
    is_name = name.isupper() and _MAY_BE_NAMES.issuperset(forms)
    return _FORMS_AS_WRITTEN.issuperset(forms) and not is_name


def split_name(name: str) -> tuple[str | None, str]:
    """First and last name of a person, nothing of which is lost; first may be `None`.

    "Ada von Lovelace" and "von Lovelace, Ada" are ("Ada", "von Lovelace"). The last word is the
    family name, with the particles before it and the degrees behind it. What has commas and is
    not understood is the last name as a whole.
    """
    parts = [part.strip() for part in name.split(",") if part.strip()]
    count = len(parts)
    while count > 1 and _is_degree(parts[count - 1], name):
        count -= 1
    names, degrees = parts[:count], parts[count:]
    if len(names) == 2 and _is_spaced_degree(names[1], has_first_name=_is_whole(names[0])):
        names, degrees = names[:1], [names[1], *degrees]
    if len(names) == 2:
        return names[1], ", ".join([names[0], *degrees])
    if len(names) != 1:
        return None, name.strip()
    first, last = _split_words(names[0].split(), name)
    return first, ", ".join([last, *degrees])


def _split_words(words: list[str], name: str) -> tuple[str | None, str]:
    end = len(words)
    while end > 2 and _is_degree(words[end - 1], name):
        end -= 1
    cut = end - 1
    while cut > 0 and _is_particle(words[cut - 1], is_first=cut == 1):
        cut -= 1
    if words[cut - 1 : cut] and words[cut - 1].casefold() in _JOINTS:
        return None, " ".join(words)  # two names: "Müller & Schmidt"
    return " ".join(words[:cut]) or None, " ".join(words[cut:])


def _is_whole(names: str) -> bool:
    """Whether a name has a first name before the last one."""
    return sum(word.casefold() not in _PARTICLES for word in names.split()) > 1


def _is_spaced_degree(text: str, *, has_first_name: bool) -> bool:
    """Whether it is a degree with a blank in it: `M. Sc.`; `M. A.` may be two initials as well."""
    words = text.split()
    if len(words) < 2 or not all(word.endswith(".") for word in words):
        return False
    is_initials = all(len(word) == 2 for word in words)
    known = re.sub(r"[. ]", "", text).casefold() in _DEGREES
    return known and (has_first_name or not is_initials)


def _is_particle(word: str, *, is_first: bool) -> bool:
    """Whether a word belongs to the family name; "Al" is a first name, "von" never is."""
    return word.casefold() in _PARTICLES and (word.islower() or not is_first)


def _is_form(word: str) -> bool:
    compact = re.sub(r"[.’']", "", word).casefold()
    return compact in _FORMS or compact.endswith(_ENDINGS)


def _is_degree(text: str, name: str) -> bool:
    """Whether this part of a name is a degree or a title: `M.A.`, `Dipl.-Ing. (FH)`, `MBA`."""
    first, *others = text.replace("/", " / ").split()
    if others[:1] == ["/"]:  # "WP/StB"
        return all(_is_degree(part, name) for part in text.split("/") if part.strip())
    known = re.sub(r"[.()]", "", first).casefold()
    # Two initials look like a degree, but for the blank between them.
    if known in _LIKE_NAMES and not ("." in first or (first.isupper() and not name.isupper())):
        return False
    if known in _DEGREES:
        return True
    is_title = known.partition("-")[0] in _TITLES
    return is_title and all(other.endswith((".", ")")) for other in others)
