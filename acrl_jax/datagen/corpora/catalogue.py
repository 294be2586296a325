"""Libraries that functions are taken from: their licences, and the exact files that they are read from."""

from __future__ import annotations

import difflib
import hashlib
from typing import NamedTuple


class File(NamedTuple):
  """One file that a corpus is made of, as its distributor has it."""

  kind: str  # deb (binary package of Debian) | orig (its upstream source) | wheel (of Python's package index)
  name: str
  sha256: str
  package: str  # by this name and version apt or pip finds it
  version: str
  member: str  # what is taken out of it: the jar, the folder of Java sources; '' for all of a wheel


class Corpus(NamedTuple):
  """A library. Version and licence are those of its authors, not of its packagers."""

  name: str
  language: str  # java | python
  version: str
  license: str  # SPDX
  notice: str  # copyright line
  files: tuple[File, ...]
  within: str = ''  # the only folder, below the sources, whose functions are taken

  @property
  def sha256(self) -> str:
    """Changes with any file of it, and with what is taken out of one."""
    return hashlib.sha256(repr(self.files).encode()).hexdigest()


def corpus(name: str) -> Corpus:
  """The corpus of a name; ValueError for a name that is none."""
  if name not in CORPORA:
    near = difflib.get_close_matches(name, CORPORA, 1)
    raise ValueError(
      f'no corpus {name!r}; ' + (f'did you mean {near[0]}?' if near else f'known are {", ".join(CORPORA)}')
    )
  return CORPORA[name]


def _wheel(distribution: str, version: str, sha256: str) -> File:
  name = f'{distribution.replace("-", "_")}-{version}-py3-none-any.whl'
  return File('wheel', name, sha256, distribution, version, '')


_APACHE = 'The Apache Software Foundation'
_JAVA = (
  Corpus(
    'commons-lang3', 'java', '3.12.0', 'Apache-2.0', f'Apache Commons Lang, Copyright 2001-2021 {_APACHE}',
    (
      File(
        'deb', 'libcommons-lang3-java_3.12.0-2+deb12u1_all.deb',
        '31158520a32d4d5eb8b581a1c6dfc5a9980747383d2e33283abec367eab1e812',
        'libcommons-lang3-java', '3.12.0-2+deb12u1', 'usr/share/java/commons-lang3.jar',
      ),
      File(
        'orig', 'libcommons-lang3-java_3.12.0.orig.tar.xz',
        'f7c22574707611b63bae19ff17f59e24cdd32e2b0e61a50ec9b1b525fbc909d1',
        'libcommons-lang3-java', '3.12.0-2+deb12u1', 'commons-lang-rel-commons-lang-3.12.0/src/main/java',
      ),
    ),
  ),
  Corpus(
    'commons-math3', 'java', '3.6.1', 'Apache-2.0', f'Apache Commons Math, Copyright 2001-2016 {_APACHE}',
    (
      File(
        'deb', 'libcommons-math3-java_3.6.1-3_all.deb',
        '4cbdb4e699e17af0c67419f5c0634a2e099c0acce2118f0d716e515bd4d084cf',
        'libcommons-math3-java', '3.6.1-3', 'usr/share/java/commons-math3.jar',
      ),
      File(
        'orig', 'commons-math3_3.6.1.orig.tar.xz',
        '16d940c11c48793214915b72201c35719acd1cb40278066b3c090165550fd992',
        'commons-math3', '3.6.1-3', 'commons-math3-3.6.1-src/src/main/java',
      ),
    ),
  ),
  Corpus(
    'commons-codec', 'java', '1.15', 'Apache-2.0', f'Apache Commons Codec, Copyright 2002-2020 {_APACHE}',
    (
      File(
        'deb', 'libcommons-codec-java_1.15-1_all.deb',
        'fe38bede3ae36bbe8f3985651662a15696a076a8dfd8704a2a4f6f49e44b1d3b',
        'libcommons-codec-java', '1.15-1', 'usr/share/java/commons-codec.jar',
      ),
      File(
        'orig', 'libcommons-codec-java_1.15.orig.tar.xz',
        '857c58c23bfe6b284b174d89f323de438042ce9a005b2a81afa658962caff90f',
        'libcommons-codec-java', '1.15-1', 'commons-codec-rel-commons-codec-1.15/src/main/java',
      ),
    ),
  ),
  Corpus(
    'guava', 'java', '31.1', 'Apache-2.0', 'Guava, Copyright The Guava Authors',
    (
      File(
        'deb', 'libguava-java_31.1-1_all.deb',
        'ab86cff2d96c47ec50ddc611f68d33ba45d51e2d503fb4596ea7f0fa9fdd308c',
        'libguava-java', '31.1-1', 'usr/share/java/guava.jar',
      ),
      File(
        'orig', 'guava-libraries_31.1.orig.tar.xz',
        '3dbb56b34e5ebd1b97184f72d31fbf9da24cc26c28f1ad3714aeeefdeedaed2a',
        'guava-libraries', '31.1-1', 'guava-31.1/guava/src',
      ),
    ),
  ),
)  # fmt: skip
_PYTHON = (
  Corpus(
    'algorithms', 'python', '1.0.1', 'MIT', 'Copyright (c) 2017 Keon',
    (_wheel('algorithms', '1.0.1', 'f45568f40011b264195e7879ef42b043ea1be744479e7b3292a895edef167f64'),),
    'algorithms',
  ),
  Corpus(
    'more-itertools', 'python', '11.2.1', 'MIT', 'Copyright (c) 2012 Erik Rose',
    (_wheel('more-itertools', '11.2.1', '35a7377edd1dd6608dcb2cdf534ded55ea32d49448875ad042cd3f879fb1ded0'),),
    'more_itertools',
  ),
  Corpus(
    'boltons', 'python', '26.2.0', 'BSD-3-Clause', 'Copyright (c) 2013, Mahmoud Hashemi',
    (_wheel('boltons', '26.2.0', '41942cbce440211bbcf2487ccdc356964ad674f95a01068b8a0dd7a1d1fed036'),),
    'boltons',
  ),
  Corpus(
    'toolz', 'python', '1.2.0', 'BSD-3-Clause', 'Copyright (c) 2013 Matthew Rocklin',
    (_wheel('toolz', '1.2.0', '890f820b1cb8152785aaf9386d8707770110809035800985ca65cb24ce1120ef'),),
    'toolz',
  ),
  Corpus(
    'sympy.ntheory', 'python', '1.14.0', 'BSD-3-Clause', 'Copyright (c) 2006-2023 SymPy Development Team',
    (
      _wheel('sympy', '1.14.0', 'e091cc3e99d2141a0ba2847328f5479b05d94a6635cb96148ccb3f34671bd8f5'),
      _wheel('mpmath', '1.3.0', 'a0b2b9fe80bbcd81a6647ff13108738cfb482d481d826cc0e02f5b35e5c88d2c'),
    ),
    'sympy/ntheory',
  ),
)  # fmt: skip
CORPORA = {c.name: c for c in _JAVA + _PYTHON}
