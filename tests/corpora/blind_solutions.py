"""Solutions written by hand from signature and docstring alone, before any of their tests had been seen."""

SOLUTIONS = {
  (
    'commons-lang3',
    'org.apache.commons.lang3.StringUtils#defaultIfEmpty(T,T)',
  ): r'''def default_if_empty(str_, default_str):
  return str_ if str_ else default_str
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.StringUtils#stripEnd(String,String)',
  ): r'''def strip_end(str_, strip_chars):
  if str_ is None:
    return None
  return str_.rstrip(strip_chars)
''',
  ('guava', 'com.google.common.math.IntMath#mean(int,int)'): r'''def mean(x, y):
  return (x + y) // 2
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.StringUtils#lastIndexOfIgnoreCase(CharSequence,CharSequence)',
  ): r'''def last_index_of_ignore_case(str_, search_str):
  if str_ is None or search_str is None:
    return -1
  size = len(search_str)
  wanted = search_str.lower()
  for start in range(len(str_) - size, -1, -1):
    if str_[start:start + size].lower() == wanted:
      return start
  return -1
''',
  ('commons-codec', 'org.apache.commons.codec.binary.Hex#encodeHex(byte[])'): r'''def encode_hex(data):
  return list(data.hex())
''',
  ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#remove(byte[],int)'): r'''def remove(array, index):
  if array is None:
    raise IndexError('array is None')
  if index < 0 or index >= len(array):
    raise IndexError(f'index {index} out of range for length {len(array)}')
  return array[:index] + array[index + 1:]
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.ArrayUtils#removeElement(double[],double)',
  ): r'''def remove_element(array, element):
  if array is None:
    return None
  for i, value in enumerate(array):
    if value == element:
      return array[:i] + array[i + 1:]
  return list(array)
''',
  ('commons-math3', 'org.apache.commons.math3.primes.Primes#nextPrime(int)'): r'''def next_prime(n):
  if n < 0:
    raise ValueError(f'{n} is negative')
  if n <= 2:
    return 2

  def is_prime(k):
    if k % 2 == 0:
      return k == 2
    d = 3
    while d * d <= k:
      if k % d == 0:
        return False
      d += 2
    return True

  candidate = n | 1
  while not is_prime(candidate):
    candidate += 2
  return candidate
''',
  (
    'guava',
    'com.google.common.primitives.UnsignedBytes#parseUnsignedByte(String,int)',
  ): r'''def parse_unsigned_byte(string, radix):
  if string is None:
    raise TypeError('string is None')
  if radix < 2 or radix > 36:
    raise ValueError(f'radix {radix} is not between 2 and 36')
  digits = string[1:] if string.startswith('+') else string
  if not digits or not digits.isascii() or not digits.isalnum():
    raise ValueError(f'invalid number: {string!r}')
  value = int(digits, radix)
  if value > 255:
    raise ValueError(f'out of range: {value}')
  return value
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.text.WordUtils#uncapitalize(String,char[])',
  ): r'''def uncapitalize(str_, delimiters):
  if str_ is None:
    return None
  result = []
  at_start = True
  for ch in str_:
    is_delimiter = ch.isspace() if delimiters is None else ch in delimiters
    if is_delimiter:
      result.append(ch)
      at_start = True
    elif at_start:
      result.append(ch.lower())
      at_start = False
    else:
      result.append(ch)
  return ''.join(result)
''',
  ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#isSorted(boolean[])'): r'''def is_sorted(array):
  return all(a <= b for a, b in zip(array, array[1:]))
''',
  ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#addFirst(byte[],byte)'): r'''def add_first(array, element):
  return bytes([element & 0xFF]) + (array or b'')
''',
  ('commons-math3', 'org.apache.commons.math3.util.FastMath#atanh(double)'): r'''import math


def atanh(a):
  if math.isnan(a) or abs(a) > 1:
    return math.nan
  if abs(a) == 1:
    return math.copysign(math.inf, a)
  return math.atanh(a)
''',
  ('commons-lang3', 'org.apache.commons.lang3.CharSetUtils#squeeze(String,String[])'): r'''def squeeze(str_, set_):
  if str_ is None:
    return None
  chars = set()
  for item in set_ or []:
    if item:
      chars.update(item)
  result = []
  for ch in str_:
    if result and result[-1] == ch and ch in chars:
      continue
    result.append(ch)
  return ''.join(result)
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.ArrayUtils#removeElement(boolean[],boolean)',
  ): r'''def remove_element(array, element):
  if array is None:
    return None
  result = list(array)
  if element in result:
    result.remove(element)
  return result
''',
  ('guava', 'com.google.common.math.LongMath#checkedSubtract(long,long)'): r'''def checked_subtract(a, b):
  result = a - b
  if not -2**63 <= result < 2**63:
    raise OverflowError(f'overflow: {a} - {b}')
  return result
''',
  (
    'commons-math3',
    'org.apache.commons.math3.transform.FastHadamardTransformer#transform(int[])',
  ): r'''def transform(f):
  n = len(f)
  if n == 0 or n & (n - 1):
    raise ValueError(f'{n} is not a power of two')
  result = list(f)
  half = 1
  while half < n:
    for start in range(0, n, 2 * half):
      for i in range(start, start + half):
        a, b = result[i], result[i + half]
        result[i], result[i + half] = a + b, a - b
    half *= 2
  return result
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.StringUtils#contains(CharSequence,CharSequence)',
  ): r'''def contains(seq, search_seq):
  if seq is None or search_seq is None:
    return False
  return search_seq in seq
''',
  ('guava', 'com.google.common.base.Ascii#isUpperCase(char)'): r'''def is_upper_case(c):
  return 'A' <= c <= 'Z'
''',
  ('commons-codec', 'org.apache.commons.codec.binary.Hex#decodeHex(String)'): r'''def decode_hex(data):
  if len(data) % 2:
    raise ValueError('odd number of characters')
  for i, ch in enumerate(data):
    if ch not in '0123456789abcdefABCDEF':
      raise ValueError(f'illegal hexadecimal character {ch!r} at index {i}')
  return bytes.fromhex(data)
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.StringUtils#lastOrdinalIndexOf(CharSequence,CharSequence,int)',
  ): r'''def last_ordinal_index_of(str_, search_str, ordinal):
  if str_ is None or search_str is None or ordinal <= 0:
    return -1
  found = 0
  for start in range(len(str_) - len(search_str), -1, -1):
    if str_.startswith(search_str, start):
      found += 1
      if found == ordinal:
        return start
  return -1
''',
  (
    'guava',
    'com.google.common.primitives.Booleans#lastIndexOf(boolean[],boolean)',
  ): r'''def last_index_of(array, target):
  for i in range(len(array) - 1, -1, -1):
    if array[i] == target:
      return i
  return -1
''',
  (
    'commons-math3',
    'org.apache.commons.math3.stat.inference.TTest#pairedT(double[],double[])',
  ): r'''import math


def paired_t(sample1, sample2):
  if sample1 is None or sample2 is None:
    raise ValueError('samples may not be None')
  if not sample1 or not sample2:
    raise ValueError('samples may not be empty')
  if len(sample1) != len(sample2):
    raise ValueError('samples differ in length')
  n = len(sample1)
  if n < 2:
    raise ValueError('at least two pairs are needed')
  differences = [a - b for a, b in zip(sample1, sample2)]
  mean = sum(differences) / n
  variance = sum((d - mean) ** 2 for d in differences) / (n - 1)
  error = math.sqrt(variance / n)
  if error == 0:
    return math.nan if mean == 0 else math.copysign(math.inf, mean)
  return mean / error
''',
  ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#addFirst(char[],char)'): r'''def add_first(array, element):
  return [element] + list(array or [])
''',
  ('commons-codec', 'org.apache.commons.codec.digest.DigestUtils#sha384Hex(String)'): r'''import hashlib


def sha384_hex(data):
  return hashlib.sha384(data.encode('utf-8')).hexdigest()
''',
  (
    'commons-math3',
    'org.apache.commons.math3.analysis.function.Gaussian$Parametric#value(double,double[])',
  ): r'''import math


def value(x, param):
  if param is None:
    raise ValueError('param is None')
  if len(param) != 3:
    raise ValueError(f'param has size {len(param)}, not 3')
  norm, mean, sigma = param
  if sigma <= 0:
    raise ValueError('standard deviation must be positive')
  diff = x - mean
  return norm * math.exp(-diff * diff / (2 * sigma * sigma))
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.ArrayUtils#isSameLength(float[],float[])',
  ): r'''def is_same_length(array1, array2):
  return len(array1 or []) == len(array2 or [])
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.math.NumberUtils#createBigInteger(String)',
  ): r'''import re


def create_big_integer(str_):
  if str_ is None:
    return None
  match = re.fullmatch(r'([+-]?)(0[xX]|#|0(?=[0-9]))?([0-9a-fA-F]+)', str_)
  if match is None:
    raise ValueError(f'{str_!r} is not a valid number')
  sign, prefix, digits = match.groups()
  if prefix is None:
    base = 10
  elif prefix == '0':
    base = 8
  else:
    base = 16
  number = int(digits, base)
  return -number if sign == '-' else number
''',
  (
    'commons-math3',
    'org.apache.commons.math3.stat.correlation.Covariance#covariance(double[],double[],boolean)',
  ): r'''def covariance(x_array, y_array, bias_corrected):
  n = len(x_array)
  if n != len(y_array):
    raise ValueError('lists differ in length')
  if n < 2:
    raise ValueError('at least two values are needed')
  x_mean = sum(x_array) / n
  y_mean = sum(y_array) / n
  total = sum((x - x_mean) * (y - y_mean) for x, y in zip(x_array, y_array))
  return total / (n - 1 if bias_corrected else n)
''',
  ('commons-lang3', 'org.apache.commons.lang3.StringUtils#deleteWhitespace(String)'): r'''def delete_whitespace(str_):
  if str_ is None:
    return None
  return ''.join(ch for ch in str_ if not ch.isspace())
''',
  ('guava', 'com.google.common.collect.ImmutableList#of(E,E,E,E,E,E)'): r'''def of(e1, e2, e3, e4, e5, e6):
  elements = [e1, e2, e3, e4, e5, e6]
  if any(e is None for e in elements):
    raise ValueError('elements may not be None')
  return elements
''',
  ('commons-codec', 'org.apache.commons.codec.digest.DigestUtils#sha1Hex(byte[])'): r'''import hashlib


def sha1_hex(data):
  return hashlib.sha1(data).hexdigest()
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.ArrayUtils#insert(int,boolean[],boolean[])',
  ): r'''def insert(index, array, values):
  if array is None:
    return None
  if index < 0 or index > len(array):
    raise IndexError(f'index {index} out of range for length {len(array)}')
  return array[:index] + list(values or []) + array[index:]
''',
  (
    'commons-math3',
    'org.apache.commons.math3.util.MathArrays#copyOfRange(double[],int,int)',
  ): r'''def copy_of_range(source, from_, to):
  result = list(source[from_:to])
  return result + [0.0] * (to - from_ - len(result))
''',
  ('commons-lang3', 'org.apache.commons.lang3.StringUtils#truncate(String,int)'): r'''def truncate(str_, max_width):
  if max_width < 0:
    raise ValueError('max_width may not be negative')
  if str_ is None:
    return None
  return str_[:max_width]
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.ArrayUtils#swap(boolean[],int,int,int)',
  ): r'''def swap(array, offset1, offset2, len_):
  if not array or offset1 >= len(array) or offset2 >= len(array):
    return
  offset1 = max(offset1, 0)
  offset2 = max(offset2, 0)
  count = min(len_, len(array) - offset1, len(array) - offset2)
  for i in range(count):
    a, b = offset1 + i, offset2 + i
    array[a], array[b] = array[b], array[a]
''',
  (
    'commons-codec',
    'org.apache.commons.codec.net.URLCodec#encode(byte[])',
  ): r'''from urllib.parse import quote_from_bytes


def encode(bytes_):
  return quote_from_bytes(bytes_, safe='').encode('ascii')
''',
  ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#remove(long[],int)'): r'''def remove(array, index):
  if array is None:
    raise IndexError('array is None')
  if index < 0 or index >= len(array):
    raise IndexError(f'index {index} out of range for length {len(array)}')
  return array[:index] + array[index + 1:]
''',
  ('guava', 'com.google.common.primitives.UnsignedInts#divide(int,int)'): r'''def divide(dividend, divisor):
  mask = 0xFFFFFFFF
  return (dividend & mask) // (divisor & mask)
''',
  (
    'commons-lang3',
    'org.apache.commons.lang3.ArrayUtils#toStringArray(Object[],String)',
  ): r'''def to_string_array(array, value_for_null_elements):
  if array is None:
    return None
  return [value_for_null_elements if item is None else str(item) for item in array]
''',
}
