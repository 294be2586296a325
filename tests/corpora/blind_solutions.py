"""Solutions written by hand from signature and docstring alone, before any of their tests had been seen."""

SOLUTIONS = {
    ('commons-math3', 'org.apache.commons.math3.stat.inference.TestUtils#pairedTTest(double[],double[],double)'): r'''
import math


def _beta_fraction(a, b, x):
  tiny = 1e-300
  c = 1.0
  d = 1.0 - (a + b) * x / (a + 1.0)
  if abs(d) < tiny:
    d = tiny
  d = 1.0 / d
  h = d
  for m in range(1, 10000):
    m2 = 2 * m
    for num in (m * (b - m) * x / ((a + m2 - 1.0) * (a + m2)),
                -(a + m) * (a + b + m) * x / ((a + m2) * (a + m2 + 1.0))):
      d = 1.0 + num * d
      if abs(d) < tiny:
        d = tiny
      c = 1.0 + num / c
      if abs(c) < tiny:
        c = tiny
      d = 1.0 / d
      delta = d * c
      h *= delta
    if abs(delta - 1.0) < 1e-15:
      return h
  raise ArithmeticError('no convergence')


def _regularized_beta(x, a, b):
  if x <= 0.0:
    return 0.0
  if x >= 1.0:
    return 1.0
  front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
  if x < (a + 1.0) / (a + b + 2.0):
    return front * _beta_fraction(a, b, x) / a
  return 1.0 - front * _beta_fraction(b, a, 1.0 - x) / b


def paired_t_test(sample1, sample2, alpha):
  if sample1 is None or sample2 is None:
    raise ValueError('samples must not be None')
  if len(sample1) != len(sample2):
    raise ValueError('samples must have the same length')
  n = len(sample1)
  if n < 2:
    raise ValueError('samples must have at least two values')
  if not 0 < alpha < 1:
    raise ValueError('alpha must be between 0 and 1')
  diffs = [a - b for a, b in zip(sample1, sample2)]
  mean = math.fsum(diffs) / n
  var = math.fsum((d - mean) ** 2 for d in diffs) / (n - 1)
  if var == 0:
    return mean != 0
  t = mean / math.sqrt(var / n)
  df = n - 1
  p = _regularized_beta(df / (df + t * t), df / 2.0, 0.5)
  return p < alpha
''',
    ('commons-codec', 'org.apache.commons.codec.digest.DigestUtils#sha1Hex(byte[])'): r'''
import hashlib


def sha1_hex(data):
  return hashlib.sha1(data).hexdigest()
''',
    ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#contains(double[],double,double)'): r'''
def contains(array, value_to_find, tolerance):
  if array is None:
    return False
  low = value_to_find - tolerance
  high = value_to_find + tolerance
  return any(low <= item <= high for item in array)
''',
    ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#insert(int,boolean[],boolean[])'): r'''
def insert(index, array, values):
  if array is None:
    return None
  if index < 0 or index > len(array):
    raise IndexError('index out of range: %d' % index)
  return list(array[:index]) + list(values or []) + list(array[index:])
''',
    ('commons-math3', 'org.apache.commons.math3.stat.inference.WilcoxonSignedRankTest'
     '#wilcoxonSignedRankTest(double[],double[],boolean)'): r'''
import math


def wilcoxon_signed_rank_test(x, y, exact_p_value):
  if x is None or y is None:
    raise ValueError('samples must not be None')
  if not x or not y:
    raise ValueError('samples must not be empty')
  if len(x) != len(y):
    raise ValueError('samples must have the same length')
  if exact_p_value and len(x) > 30:
    raise ValueError('exact p-value is only available for at most 30 pairs')
  diffs = [b - a for a, b in zip(x, y) if b != a]
  n = len(diffs)
  if n == 0:
    return 1.0
  order = sorted(range(n), key=lambda i: abs(diffs[i]))
  # Twice the average rank, so that all ranks are integers.
  ranks = [0] * n
  i = 0
  while i < n:
    j = i
    while j + 1 < n and abs(diffs[order[j + 1]]) == abs(diffs[order[i]]):
      j += 1
    for k in range(i, j + 1):
      ranks[order[k]] = i + j + 2
    i = j + 1
  total = sum(ranks)
  plus = sum(r for r, d in zip(ranks, diffs) if d > 0)
  low = min(plus, total - plus)
  if exact_p_value:
    counts = [0] * (total + 1)
    counts[0] = 1
    for r in ranks:
      for s in range(total, r - 1, -1):
        counts[s] += counts[s - r]
    return min(1.0, 2.0 * sum(counts[:low + 1]) / 2 ** n)
  expected = n * (n + 1) / 4.0
  variance = n * (n + 1) * (2 * n + 1) / 24.0
  z = (low / 2.0 - expected) / math.sqrt(variance)
  return min(1.0, math.erfc(-z / math.sqrt(2.0)))
''',
    ('commons-math3', 'org.apache.commons.math3.analysis.function.Sigmoid$Parametric#value(double,double[])'): r'''
import math


def value(x, param):
  if param is None:
    raise ValueError('param must not be None')
  if len(param) != 2:
    raise ValueError('param must have two entries')
  low, high = param
  if x >= 0:
    s = 1.0 / (1.0 + math.exp(-x))
  else:
    e = math.exp(x)
    s = e / (1.0 + e)
  return low + (high - low) * s
''',
    ('commons-codec', 'org.apache.commons.codec.digest.DigestUtils#sha1Hex(String)'): r'''
import hashlib


def sha1_hex(data):
  return hashlib.sha1(data.encode('utf-8')).hexdigest()
''',
    ('commons-codec', 'org.apache.commons.codec.digest.DigestUtils#sha3_224Hex(String)'): r'''
import hashlib


def sha3_224_hex(data):
  return hashlib.sha3_224(data.encode('utf-8')).hexdigest()
''',
    ('commons-math3', 'org.apache.commons.math3.util.MathArrays#distance1(double[],double[])'): r'''
def distance1(p1, p2):
  if len(p1) != len(p2):
    raise ValueError('points must have the same dimension')
  return float(sum(abs(a - b) for a, b in zip(p1, p2)))
''',
    ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#isEmpty(byte[])'): r'''
def is_empty(array):
  return array is None or len(array) == 0
''',
    ('commons-lang3', 'org.apache.commons.lang3.Conversion#intToByteArray(int,int,byte[],int,int)'): r'''
def int_to_byte_array(src, src_pos, dst, dst_pos, n_bytes):
  if dst is None:
    raise ValueError('dst must not be None')
  if (n_bytes - 1) * 8 + src_pos >= 32:
    raise ValueError('(n_bytes-1)*8+src_pos is greater or equal to 32')
  if dst_pos + n_bytes > len(dst):
    raise IndexError('dst is too short')
  if n_bytes > 0 and (src_pos < 0 or dst_pos < 0):
    raise IndexError('positions must not be negative')
  out = bytearray(dst)
  for i in range(n_bytes):
    out[dst_pos + i] = (src >> (src_pos + 8 * i)) & 0xFF
  return bytes(out)
''',
    ('commons-math3', 'org.apache.commons.math3.stat.correlation.PearsonsCorrelation'
     '#correlation(double[],double[])'): r'''
import math


def correlation(x_array, y_array):
  n = len(x_array)
  if n != len(y_array):
    raise ValueError('lists must have the same length')
  if n < 2:
    raise ValueError('at least two values are needed')
  mean_x = math.fsum(x_array) / n
  mean_y = math.fsum(y_array) / n
  sxx = math.fsum((a - mean_x) ** 2 for a in x_array)
  syy = math.fsum((b - mean_y) ** 2 for b in y_array)
  sxy = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x_array, y_array))
  if min(x_array) == max(x_array) or min(y_array) == max(y_array) or sxx == 0 or syy == 0:
    return math.nan
  return sxy / (math.sqrt(sxx) * math.sqrt(syy))
''',
    ('commons-lang3', 'org.apache.commons.lang3.StringUtils#appendIfMissing(String,CharSequence,CharSequence[])'): r'''
def append_if_missing(str_, suffix, suffixes):
  if str_ is None or suffix is None:
    return str_
  if str_.endswith(suffix):
    return str_
  if any(s is not None and str_.endswith(s) for s in suffixes or []):
    return str_
  return str_ + suffix
''',
    ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#toStringArray(Object[],String)'): r'''
def to_string_array(array, value_for_null_elements):
  if array is None:
    return None
  return [value_for_null_elements if item is None else str(item) for item in array]
''',
    ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#lastIndexOf(boolean[],boolean)'): r'''
def last_index_of(array, value_to_find):
  if array is None:
    return -1
  for i in range(len(array) - 1, -1, -1):
    if array[i] == value_to_find:
      return i
  return -1
''',
    ('commons-lang3', 'org.apache.commons.lang3.StringUtils#startsWithAny(CharSequence,CharSequence[])'): r'''
def starts_with_any(sequence, search_strings):
  if sequence is None:
    return not search_strings
  return any(s is not None and sequence.startswith(s) for s in search_strings or [])
''',
    ('commons-lang3', 'org.apache.commons.lang3.StringUtils#indexOfAny(CharSequence,CharSequence[])'): r'''
def index_of_any(str_, search_strs):
  if str_ is None or not search_strs:
    return -1
  found = [str_.find(s) for s in search_strs if s is not None]
  return min((i for i in found if i >= 0), default=-1)
''',
    ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#reverse(float[])'): r'''
def reverse(array):
  if array is not None:
    array.reverse()
''',
    ('commons-math3', 'org.apache.commons.math3.util.CombinatoricsUtils#factorial(int)'): r'''
import math


def factorial(n):
  if n < 0:
    raise ValueError('n must not be negative')
  if n > 20:
    raise OverflowError('factorial does not fit in 64 bits')
  return math.factorial(n)
''',
    ('commons-lang3', 'org.apache.commons.lang3.math.NumberUtils#compare(int,int)'): r'''
def compare(x, y):
  return (x > y) - (x < y)
''',
    ('guava', 'com.google.common.primitives.Chars#reverse(char[])'): r'''
def reverse(array):
  array.reverse()
''',
    ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#removeElements(byte[],byte[])'): r'''
def remove_elements(array, values):
  if array is None:
    return None
  out = bytearray(array)
  for v in values or b'':
    if v in out:
      out.remove(v)
  return bytes(out)
''',
    ('commons-codec', 'org.apache.commons.codec.binary.BinaryCodec#toAsciiString(byte[])'): r'''
def to_ascii_string(raw):
  if not raw:
    return ''
  return ''.join(format(b, '08b') for b in raw)
''',
    ('commons-codec', 'org.apache.commons.codec.binary.Hex#decode(byte[])'): r'''
import binascii


def decode(array):
  if len(array) % 2:
    raise ValueError('odd number of characters')
  return binascii.unhexlify(bytes(array))
''',
    ('commons-math3', 'org.apache.commons.math3.stat.inference.TestUtils'
     '#kolmogorovSmirnovStatistic(double[],double[])'): r'''
def kolmogorov_smirnov_statistic(x, y):
  if not x or not y:
    raise ValueError('samples must not be empty')
  xs = sorted(x)
  ys = sorted(y)
  n = len(xs)
  m = len(ys)
  i = j = 0
  best = 0
  while i < n and j < m:
    z = min(xs[i], ys[j])
    while i < n and xs[i] == z:
      i += 1
    while j < m and ys[j] == z:
      j += 1
    best = max(best, abs(i * m - j * n))
  return best / (n * m)
''',
    ('commons-math3', 'org.apache.commons.math3.stat.inference.TTest#homoscedasticT(double[],double[])'): r'''
import math


def homoscedastic_t(sample1, sample2):
  if sample1 is None or sample2 is None:
    raise ValueError('samples must not be None')
  n1 = len(sample1)
  n2 = len(sample2)
  if n1 < 2 or n2 < 2:
    raise ValueError('samples must have at least two values')
  m1 = math.fsum(sample1) / n1
  m2 = math.fsum(sample2) / n2
  ss1 = math.fsum((v - m1) ** 2 for v in sample1)
  ss2 = math.fsum((v - m2) ** 2 for v in sample2)
  pooled = (ss1 + ss2) / (n1 + n2 - 2)
  scale = math.sqrt(pooled * (1.0 / n1 + 1.0 / n2))
  diff = m1 - m2
  if scale == 0:
    return math.nan if diff == 0 else math.copysign(math.inf, diff)
  return diff / scale
''',
    ('commons-math3', 'org.apache.commons.math3.stat.correlation.KendallsCorrelation'
     '#correlation(double[],double[])'): r'''
import math


def correlation(x_array, y_array):
  n = len(x_array)
  if n != len(y_array):
    raise ValueError('lists must have the same length')
  score = 0
  untied_x = 0
  untied_y = 0
  for i in range(n):
    for j in range(i):
      dx = (x_array[i] > x_array[j]) - (x_array[i] < x_array[j])
      dy = (y_array[i] > y_array[j]) - (y_array[i] < y_array[j])
      score += dx * dy
      untied_x += dx != 0
      untied_y += dy != 0
  if untied_x == 0 or untied_y == 0:
    return math.nan
  return score / math.sqrt(untied_x * untied_y)
''',
    ('guava', 'com.google.common.primitives.UnsignedBytes#compare(byte,byte)'): r'''
def compare(a, b):
  return (a & 0xFF) - (b & 0xFF)
''',
    ('commons-math3', 'org.apache.commons.math3.stat.inference.TTest#t(double,double[])'): r'''
import math


def t(mu, observed):
  if observed is None:
    raise ValueError('observed must not be None')
  n = len(observed)
  if n < 2:
    raise ValueError('at least two values are needed')
  mean = math.fsum(observed) / n
  var = math.fsum((v - mean) ** 2 for v in observed) / (n - 1)
  diff = mean - mu
  if var == 0:
    return math.nan if diff == 0 else math.copysign(math.inf, diff)
  return diff / math.sqrt(var / n)
''',
    ('commons-lang3', 'org.apache.commons.lang3.StringUtils#containsAnyIgnoreCase(CharSequence,CharSequence[])'): r'''
def contains_any_ignore_case(cs, search_char_sequences):
  if cs is None or not search_char_sequences:
    return False
  low = cs.lower()
  return any(s is not None and s.lower() in low for s in search_char_sequences)
''',
    ('commons-math3', 'org.apache.commons.math3.util.MathArrays#scaleInPlace(double,double[])'): r'''
def scale_in_place(val, arr):
  for i in range(len(arr)):
    arr[i] *= val
''',
    ('guava', 'com.google.common.primitives.Chars#indexOf(char[],char)'): r'''
def index_of(array, target):
  for i, item in enumerate(array):
    if item == target:
      return i
  return -1
''',
    ('commons-lang3', 'org.apache.commons.lang3.ArrayUtils#isSorted(float[])'): r'''
def is_sorted(array):
  if array is None:
    return True
  return all(array[i] <= array[i + 1] for i in range(len(array) - 1))
''',
    ('guava', 'com.google.common.primitives.Booleans#contains(boolean[],boolean)'): r'''
def contains(array, target):
  return target in array
''',
    ('commons-math3', 'org.apache.commons.math3.stat.descriptive.summary.Sum#evaluate(double[],double[])'): r'''
import math


def evaluate(values, weights):
  if values is None or weights is None:
    raise ValueError('values and weights must not be None')
  if len(values) != len(weights):
    raise ValueError('values and weights must have the same length')
  for w in weights:
    if math.isnan(w) or math.isinf(w) or w < 0:
      raise ValueError('weights must be finite and not negative')
  if not values:
    return math.nan
  total = 0.0
  for v, w in zip(values, weights):
    total += v * w
  return total
''',
    ('commons-math3', 'org.apache.commons.math3.special.Gamma#regularizedGammaQ(double,double)'): r'''
import math


def regularized_gamma_q(a, x):
  if math.isnan(a) or math.isnan(x) or a <= 0 or x < 0:
    return math.nan
  if x == 0:
    return 1.0
  if math.isinf(x):
    return 0.0
  front = math.exp(a * math.log(x) - x - math.lgamma(a))
  if x < a + 1.0:
    term = 1.0 / a
    total = term
    k = a
    for _ in range(1000000):
      k += 1.0
      term *= x / k
      total += term
      if term < total * 1e-17:
        return 1.0 - front * total
    raise ArithmeticError('no convergence')
  tiny = 1e-300
  b = x + 1.0 - a
  c = 1.0 / tiny
  d = 1.0 / b
  h = d
  for i in range(1, 1000000):
    num = -i * (i - a)
    b += 2.0
    d = num * d + b
    if abs(d) < tiny:
      d = tiny
    c = b + num / c
    if abs(c) < tiny:
      c = tiny
    d = 1.0 / d
    delta = d * c
    h *= delta
    if abs(delta - 1.0) < 1e-15:
      return front * h
  raise ArithmeticError('no convergence')
''',
    ('commons-lang3', 'org.apache.commons.lang3.CharUtils#isAsciiNumeric(char)'): r'''
def is_ascii_numeric(ch):
  return 48 <= ord(ch) <= 57
''',
    ('commons-math3', 'org.apache.commons.math3.stat.inference.OneWayAnova#anovaFValue(Collection<double[]>)'): r'''
import math


def anova_f_value(category_data):
  if category_data is None:
    raise ValueError('category_data must not be None')
  groups = list(category_data)
  if len(groups) < 2:
    raise ValueError('at least two categories are needed')
  if any(len(g) < 2 for g in groups):
    raise ValueError('each category must have at least two values')
  count = sum(len(g) for g in groups)
  grand = math.fsum(v for g in groups for v in g) / count
  means = [math.fsum(g) / len(g) for g in groups]
  between = math.fsum(len(g) * (m - grand) ** 2 for g, m in zip(groups, means))
  within = math.fsum((v - m) ** 2 for g, m in zip(groups, means) for v in g)
  msb = between / (len(groups) - 1)
  msw = within / (count - len(groups))
  if msw == 0:
    return math.nan if msb == 0 else math.inf
  return msb / msw
''',
    ('commons-lang3', 'org.apache.commons.lang3.StringUtils'
     '#splitByWholeSeparatorPreserveAllTokens(String,String)'): r'''
import re


def split_by_whole_separator_preserve_all_tokens(str_, separator):
  if str_ is None:
    return None
  if not separator:
    return re.split(r'\s', str_)
  return str_.split(separator)
''',
    ('commons-lang3', 'org.apache.commons.lang3.text.WordUtils#initials(String,char[])'): r'''
def initials(str_, delimiters):
  if str_ is None:
    return None
  if delimiters is not None and not delimiters:
    return ''
  out = []
  start = True
  for ch in str_:
    if ch.isspace() if delimiters is None else ch in delimiters:
      start = True
    elif start:
      out.append(ch)
      start = False
  return ''.join(out)
''',
}
