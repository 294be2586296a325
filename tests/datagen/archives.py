"""Two small corpora whose files are made by hand: a binary and a source package, and a wheel."""

import hashlib
import io
import tarfile
import zipfile

from acrl_jax.datagen.corpora.catalogue import Corpus, File

JAVA = b'package p; public class A {}'


def archive(mode, **members):
  content = io.BytesIO()
  with tarfile.open(fileobj=content, mode=mode) as tar:
    for name, data in members.items():
      info = tarfile.TarInfo(name.replace('__', '/'))
      info.size = len(data)
      tar.addfile(info, io.BytesIO(data))
  return content.getvalue()


def deb(data, name='data.tar.xz'):
  """A binary package as dpkg-deb writes it: an odd member before the one that counts."""
  head = lambda n, size: f'{n:<16}{0:<12}{0:<6}{0:<6}{"100644":<8}{size:<10}`\n'.encode()
  return b'!<arch>\n' + head('debian-binary', 3) + b'2.0\n' + head(name, len(data)) + data


def wheel(**members):
  content = io.BytesIO()
  with zipfile.ZipFile(content, 'w') as file:
    for name, text in members.items():
      file.writestr(zipfile.ZipInfo(f'{name.replace("__", "/")}.py'), text)
  return content.getvalue()


CONTENT = {
  'a.deb': deb(archive('w:xz', **{'./usr__share__a.jar': b'jar', './usr__other.jar': b'no'})),
  'a.orig.tar.xz': archive(
    'w:xz', **{'a-1__src__p__A.java': JAVA, 'a-1__src__p__a.txt': b'', 'a-1__test__T.java': JAVA}
  ),
  'b.whl': wheel(b__m='x = 1'),
}


def pinned(kind, name, member=''):
  return File(kind, name, hashlib.sha256(CONTENT[name]).hexdigest(), name.split('.')[0], '1-1', member)


FAKE = {
  'a': Corpus('a', 'java', '1', 'MIT', 'us', (
    pinned('deb', 'a.deb', 'usr/share/a.jar'), pinned('orig', 'a.orig.tar.xz', 'a-1/src'),
  )),
  'b': Corpus('b', 'python', '1', 'MIT', 'us', (pinned('wheel', 'b.whl'),), 'b'),
}  # fmt: skip
