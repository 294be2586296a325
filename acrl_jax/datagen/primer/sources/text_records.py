"""Problems on lines, key=value pairs, comma-separated text, dates and times as text, small parsers and templates."""


def indent_block(text: str, depth: int) -> str:
    """Put `depth` blanks in front of every line of `text` that has any characters; empty lines stay empty."""
    return '\n'.join(' ' * depth + line if line else line for line in text.split('\n'))


cases = [('', 2), ('a', 0), ('a', 2), ('a\nb', 1), ('a\n\nb', 3), ('\n', 4), ('x\n', 1), ('  y\nz', 2)]


def smallest_indent(text: str) -> int:
    """Return the smallest number of leading blanks among the lines that are not all blank, 0 without such lines."""
    return min((len(line) - len(line.lstrip(' ')) for line in text.split('\n') if line.strip()), default=0)


cases = [('',), ('a',), ('  a',), ('  a\n    b',), ('    a\n  b',), ('   a\n\n   b',), (' \n  x',), ('   ',),
         ('     z\n      y',)]


def number_lines(text: str, first: int, mark: str) -> str:
    """Put a running number, beginning with `first`, and then `mark` in front of each line."""
    return '\n'.join(str(number) + mark + line for number, line in enumerate(text.split('\n'), first))


cases = [('a', 1, ':'), ('k', 7, '-'), ('a\nb', 1, ': '), ('a\nb', 0, '. '), ('x\n\ny', 9, ')'), ('\nz', 3, ''),
         ('one', -1, ' '), ('p\nq\nr', 10, '|')]


def lines_with_word(text: str, word: str) -> list[int]:
    """Return the 1-based numbers of the lines in which `word` stands as a whole blank-separated word."""
    return [number for number, line in enumerate(text.split('\n'), 1) if word in line.split()]


cases = [('', 'a'), ('a', 'a'), ('cat\ncats\nmy cat', 'cat'), ('a b\nb c\nc d', 'b'), ('x\n\nx', 'x'), ('dog', 'do'),
         ('to be\nor not\nto be', 'be'), ('A\na', 'a')]


def longest_line_length(text: str, ignored: str) -> int:
    """Return the length of the longest line, not counting lines that begin with `ignored`; 0 when no line is left."""
    return max((len(line) for line in text.split('\n') if not line.startswith(ignored)), default=0)


cases = [('', '#'), ('abc', '#'), ('#abc', '#'), ('#long line\nabc', '#'), ('ab\nabcd\na', '#'), ('a#b\n#', '#'),
         ('// x\ny\nzz //', '//'), ('# a\n# bcd', '#'), ('12345\n-67890', '-')]


def strip_line_comments(text: str, mark: str) -> list[str]:
    """Cut each line at the first `mark`, remove blanks around what is left, and return the lines not empty then."""
    kept = []
    for line in text.split('\n'):
        code = line.split(mark)[0].strip()
        if code:
            kept.append(code)
    return kept


cases = [('', '#'), ('# all', '#'), ('a # b', '#'), ('  a\n\nb#c#d', '#'), ('x // y\n// z\nw', '//'),
         ('no comment', ';'), ('  ; x\n y ;', ';'), ('p\nq', '#')]


def join_continued_lines(text: str, mark: str) -> list[str]:
    """Return the lines, each line that ends with `mark` joined, without the mark, to the line after it.

    A mark at the end of the last line is dropped too.
    """
    joined = []
    pending = ''
    for line in text.split('\n'):
        if line.endswith(mark):
            pending += line[:-len(mark)]
        else:
            joined.append(pending + line)
            pending = ''
    if pending:
        joined.append(pending)
    return joined


cases = [('', '+'), ('a', '+'), ('a+', '+'), ('a+\nb', '+'), ('a+\nb+\nc\nd', '+'), ('a\nb', '+'),
         ('x..\ny\nz..', '..'), ('a+b\nc', '+'), ('one+\ntwo\nthree+\nfour', '+')]


def blank_line_sections(text: str) -> list[list[str]]:
    """Divide the lines into sections separated by one or more empty lines; no section is empty."""
    sections = [[]]
    for line in text.split('\n'):
        if line:
            sections[-1].append(line)
        elif sections[-1]:
            sections.append([])
    return [section for section in sections if section]


cases = [('',), ('a',), ('a\nb',), ('a\n\nb',), ('a\n\n\nb\nc',), ('\n\na',), ('a\n\n',), ('x\ny\n\nz\n\nw',)]


def read_setting(text: str, key: str) -> str:
    """Find the lines of the form key=value and return the value of the last one for `key`, '' when there is none.

    Blanks around keys and values do not count; a value may contain '='.
    """
    value = ''
    for line in text.split('\n'):
        name, _, content = line.partition('=')
        if name.strip() == key:
            value = content.strip()
    return value


cases = [('', 'a'), ('a=1', 'a'), ('a=1', 'b'), ('a=1\nb=2', 'b'), ('a=1\na=2', 'a'), (' a = x y ', 'a'),
         ('eq=a=b', 'eq'), ('a=', 'a'), ('size=3\ncolor = red\nsize2=4', 'size')]


def pairs_to_dict(text: str, between: str, within: str) -> dict[str, str]:
    """Read entries separated by `between`, each a key and a value separated by the first `within`.

    Entries without `within` are skipped; a later entry replaces an earlier one with the same key.
    """
    result = {}
    for entry in text.split(between):
        key, found, value = entry.partition(within)
        if found:
            result[key] = value
    return result


cases = [('', ';', '='), ('a=1', ';', '='), ('a=1;b=2', ';', '='), ('a=1;a=2', ';', '='), ('a;b=2', ';', '='),
         ('x:1,y:2:3', ',', ':'), ('a=1,b=2', ';', '='), ('k=&=v', '&', '=')]


def dict_to_query(options: dict[str, int]) -> str:
    """Write name=value for each entry whose value is not 0, in alphabetical order of the names, joined by '&'."""
    return '&'.join(f'{name}={options[name]}' for name in sorted(options) if options[name] != 0)


cases = [({},), ({'a': 1},), ({'a': 0},), ({'b': 2, 'a': 1},), ({'x': -1, 'y': 0, 'z': 5},),
         ({'page': 3, 'limit': 20},), ({'b': 0, 'a': 0},), ({'c': 1, 'b': 1, 'a': 1},)]


def csv_column(text: str, column: int) -> list[str]:
    """Return the field number `column`, counted from 0, of each line of comma-separated text that has so many fields.

    Blanks around a field are removed.
    """
    rows = [line.split(',') for line in text.split('\n')]
    return [row[column].strip() for row in rows if column < len(row)]


cases = [('', 1), ('a,b', 0), ('a,b', 1), ('a,b', 2), ('a, b \nc , d', 1), ('a\nb,c\nd,e,f', 1), ('a\nb,c\nd,e,f', 2),
         ('1,2,3\n4,5,6', 0)]


def csv_column_total(text: str, name: str) -> int:
    """The first line names the columns, the others hold whole numbers; return the sum of the column called `name`.

    A missing column has sum 0.
    """
    header, *rows = text.split('\n')
    names = header.split(',')
    if name not in names:
        return 0
    column = names.index(name)
    return sum(int(row.split(',')[column]) for row in rows)


cases = [('a', 'a'), ('a\n5', 'a'), ('a,b\n1,2\n3,4', 'a'), ('a,b\n1,2\n3,4', 'b'), ('a,b\n1,2', 'c'),
         ('x,y,z\n1,-2,3\n4,-5,6', 'y'), ('id,score\n7,10\n8,20\n9,30', 'score'), ('ab\n3', 'a')]


def rows_wider_than(text: str, fields: int) -> int:
    """Count the lines of semicolon-separated text that have more than `fields` fields; an empty line has none."""
    return sum(line.count(';') + 1 > fields for line in text.split('\n') if line)


cases = [('', 0), ('a', 0), ('a', 1), ('a;b\nc', 1), ('a;b\nc;d;e', 1), ('a;b\nc;d;e', 2), (';;\n;', 1),
         ('a;b;c\n\nd;e', 0), ('x;y', 2)]


def transpose_table(text: str) -> str:
    """Exchange rows and columns of a table: lines are its rows, each with as many cells, separated by blanks.

    In the result single blanks separate the cells.
    """
    rows = [line.split() for line in text.split('\n')]
    return '\n'.join(' '.join(column) for column in zip(*rows))


cases = [('',), ('a',), ('a b',), ('a\nb',), ('a b\nc d',), ('1 2 3\n4 5 6',), ('1  2\n3 4\n5 6',),
         ('x y z\n- - -\n0 1 2',)]


def aligned_pairs(pairs: list[tuple[str, int]], width: int) -> list[str]:
    """Write each pair as the name, filled with dots to `width` characters, followed directly by the number.

    A name that is longer stays whole.
    """
    return [name.ljust(width, '.') + str(number) for name, number in pairs]


cases = [([], 3), ([('a', 1)], 3), ([('abc', 1)], 3), ([('abcd', 10)], 3), ([('', 7)], 2),
         ([('tea', 3), ('milk', 12)], 6), ([('x', -5)], 4), ([('a', 0), ('a', 0)], 1)]


def split_quoted(text: str) -> list[str]:
    """Split `text` at commas, save commas between two double quotes; the quotes themselves are dropped."""
    fields = ['']
    inside = False
    for char in text:
        if char == '"':
            inside = not inside
        elif char == ',' and not inside:
            fields.append('')
        else:
            fields[-1] += char
    return fields


cases = [('',), ('a',), ('a,b',), ('"a,b",c',), ('a,"b"',), ('""',), (',',), ('x,"y, z",w,"q"',),
         ('say "hi, you" now',)]


def date_to_day_first(date: str) -> str:
    """Turn a date of the form 'year-month-day' into 'day.month.year', without leading zeros of day and month."""
    year, month, day = date.split('-')
    return f'{int(day)}.{int(month)}.{year}'


cases = [('2024-01-02',), ('2024-12-31',), ('1999-10-05',), ('0800-12-25',), ('2000-02-20',), ('1970-01-01',),
         ('2023-11-09',), ('2010-10-10',)]


def same_month(first: str, second: str) -> bool:
    """Say whether two dates 'year-month-day', with two-digit months, lie in the same month of the same year."""
    return first.split('-')[:2] == second.split('-')[:2]


cases = [('2024-01-02', '2024-01-31'), ('2024-01-02', '2024-02-02'), ('2023-01-02', '2024-01-02'),
         ('2024-05-05', '2024-05-05'), ('2024-11-01', '2024-11-2'), ('2024-11-01', '2024-12-01'),
         ('800-03-01', '800-03-30'), ('800-03-01', '1800-03-01'), ('1999-12-31', '2000-12-31')]


def days_left_in_month(date: str) -> int:
    """Return how many days follow the date 'year-month-day' in its month; every fourth year has 29 days in February."""
    year, month, day = [int(part) for part in date.split('-')]
    if month == 2:
        return (29 if year % 4 == 0 else 28) - day
    return (30 if month in (4, 6, 9, 11) else 31) - day


cases = [('2023-01-10',), ('2023-02-28',), ('2024-02-28',), ('2024-03-05',), ('2023-04-30',), ('2022-12-31',),
         ('2020-12-01',), ('2021-06-20',), ('2025-02-01',), ('2021-11-02',), ('2022-09-01',), ('2023-10-31',)]


def dates_in_year_order(dates: list[str]) -> list[str]:
    """Sort dates of the form 'day/month/year' from the earliest to the latest; equal dates stay in their order."""
    return sorted(dates, key=lambda date: [int(part) for part in date.split('/')[::-1]])


cases = [([],), (['1/1/2000'],), (['2/1/2000', '1/1/2000'],), (['1/2/2000', '2/1/2000'],), (['1/1/2001', '2/2/2000'],),
         (['10/1/2000', '9/1/2000'],), (['5/11/1999', '05/9/1999', '5/9/1999'],), (['3/3/900', '3/3/1000'],)]


def quarter_label(date: str) -> str:
    """Return the quarter of a date 'year-month-day' in the form '2024/Q1', January to March being Q1."""
    year, month, _ = date.split('-')
    return f'{year}/Q{(int(month) + 2) // 3}'


cases = [('2024-01-01',), ('2024-03-31',), ('2024-04-01',), ('2023-06-15',), ('2023-07-01',), ('2023-09-30',),
         ('1999-10-01',), ('1999-12-31',)]


def minutes_of_clock(clock: str) -> int:
    """Return the minutes since midnight of a time like '7:05' or '19:05', or '7:05pm' and '7:05am' on a 12-hour clock.

    '12:..am' is the hour after midnight, '12:..pm' the hour after noon.
    """
    hours, minutes = clock[:-2].split(':') if clock.endswith('m') else clock.split(':')
    hour = int(hours)
    if clock.endswith('m'):
        hour = hour % 12 + (12 if clock.endswith('pm') else 0)
    return hour * 60 + int(minutes)


cases = [('0:00',), ('7:05',), ('19:05',), ('12:30',), ('12:00am',), ('12:30pm',), ('1:15am',), ('11:59pm',),
         ('11:20am',), ('2:01pm',), ('23:59',), ('13:07',)]


def clock_from_seconds(seconds: int) -> str:
    """Write a duration as minutes and two-digit seconds, '4:05'.

    From one hour on, put the hours in front and give the minutes two digits as well, '1:04:05'.
    """
    hours = seconds // 3600
    minutes = seconds // 60 % 60
    rest = seconds % 60
    if hours > 0:
        return f'{hours}:{minutes:02d}:{rest:02d}'
    return f'{minutes}:{rest:02d}'


cases = [(0,), (5,), (59,), (60,), (245,), (3599,), (3600,), (3845,), (36610,), (86399,), (7322,)]


def total_of_durations(durations: list[str]) -> str:
    """Add durations written as 'minutes:seconds' and return their sum in the same form, seconds with two digits."""
    total = 0
    for duration in durations:
        minutes, seconds = duration.split(':')
        total += int(minutes) * 60 + int(seconds)
    return f'{total // 60}:{total % 60:02d}'


cases = [([],), (['0:00'],), (['1:05'],), (['0:30', '0:30'],), (['0:30', '0:29'],), (['3:45', '4:20', '2:59'],),
         (['70:00', '0:01'],), (['0:59', '0:59'],)]


def opening_hours_include(hours: str, hour: int) -> bool:
    """Say whether `hour` lies within hours like '9-17', the first hour included and the last excluded.

    Several ranges may be given, separated by commas.
    """
    for span in hours.split(','):
        start, end = span.split('-')
        if int(start) <= hour < int(end):
            return True
    return False


cases = [('9-17', 9), ('9-17', 17), ('9-17', 8), ('9-17', 16), ('8-12,14-18', 12), ('8-12,14-18', 13),
         ('8-12,14-18', 14), ('8-12,14-18', 11), ('0-24', 0), ('5-5', 5), ('8-12,14-18', 18), ('10-11', 10)]


def expand_number_ranges(text: str) -> list[int]:
    """Read numbers and ranges like '1-3,7' and return all numbers meant, as they come; both ends belong to a range.

    A range whose end lies below its start is empty.
    """
    numbers = []
    for part in text.split(','):
        if '-' in part:
            start, end = part.split('-')
            numbers.extend(range(int(start), int(end) + 1))
        else:
            numbers.append(int(part))
    return numbers


cases = [('5',), ('1-3',), ('1-3,7',), ('7,1-3',), ('4-4',), ('1,2,3',), ('5-3',), ('8-10,10-12',), ('0-1,20,30-31',)]


def collapse_number_ranges(numbers: list[int]) -> str:
    """Write increasing numbers with commas, each run of three or more successive ones as first and last: '1-3,7,8'."""
    runs = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = []
    for run in runs:
        if len(run) >= 3:
            parts.append(f'{run[0]}-{run[-1]}')
        else:
            parts.extend(str(number) for number in run)
    return ','.join(parts)


cases = [([],), ([5],), ([1, 2],), ([1, 2, 3],), ([1, 2, 3, 7, 8],), ([1, 3, 5],), ([4, 5, 6, 7, 9],),
         ([0, 10, 11, 12],), ([1, 2, 3, 5, 6, 7],), ([1, 3, 4, 5, 6],)]


def fill_placeholders(template: str, values: dict[str, str]) -> str:
    """Replace each '{name}' whose name is a key of `values` by its value; other placeholders stay.

    No value contains braces.
    """
    for name in sorted(values):
        template = template.replace('{' + name + '}', values[name])
    return template


cases = [('', {'a': '1'}), ('{a}', {'a': '1'}), ('{a}', {}), ('a', {'a': '1'}), ('{a}-{b}-{a}', {'a': '1', 'b': '2'}),
         ('Dear {name}!', {'name': 'Ada'}), ('{x}{y}', {'y': 'why'}), ('{ a }', {'a': '1'})]


def placeholder_names(template: str) -> list[str]:
    """Return the names that stand between '<' and the next '>', in order of first appearance and without repeats."""
    names = []
    for piece in template.split('<')[1:]:
        name, closing, _ = piece.partition('>')
        if closing and name not in names:
            names.append(name)
    return names


cases = [('',), ('plain',), ('<a>',), ('<a> and <b>',), ('<b><a><b>',), ('a > b',), ('open <x',),
         ('Dear <first name>, <x',), ('<q>>',)]


def mail_host(address: str) -> str:
    """Return the part behind the '@' in small letters, or '' unless there is exactly one '@' with text before it."""
    name, *hosts = address.split('@')
    return hosts[0].lower() if name and len(hosts) == 1 else ''


cases = [('',), ('ada',), ('ada@site.org',), ('Ada@Site.ORG',), ('@site.org',), ('a@b@c',), ('a@',), ('x@y',), ('@@',)]


def url_parts(address: str) -> tuple[str, str, str]:
    """Split an address into scheme, host and path: 'web://site/a/b' gives ('web', 'site', '/a/b').

    The scheme is '' when '://' is missing; the path is '/' when there is none.
    """
    scheme, found, rest = address.partition('://')
    if not found:
        scheme, rest = '', address
    host, _, path = rest.partition('/')
    return scheme, host, '/' + path


cases = [('web://site/a/b',), ('web://site',), ('site/a',), ('site',), ('',), ('ftp://files.org/',), ('a://b://c',),
         ('/only/path',), ('s3://bucket/key.txt',)]


def path_without_dots(path: str) -> str:
    """Simplify a path of names separated by '/': the names '.' and '' vanish.

    A name '..' vanishes too and takes the name before it along, if one is left.
    """
    names = []
    for name in path.split('/'):
        if name == '..':
            names = names[:-1]
        elif name not in ('', '.'):
            names.append(name)
    return '/'.join(names)


cases = [('',), ('a',), ('a/b',), ('a/./b',), ('a/../b',), ('../a',), ('a//b/',), ('a/b/../../c',), ('x/y/z/..',),
         ('a/.b/...',)]


def file_kind(name: str, default: str) -> str:
    """Return what follows the last dot of a file name in small letters, or `default` if there is no such text."""
    _, _, kind = name.rpartition('.')
    return kind.lower() if '.' in name and kind else default


cases = [('', 'txt'), ('a', 'txt'), ('a.PY', 'txt'), ('a.tar.gz', 'txt'), ('a.', 'bin'), ('.hidden', '-'),
         ('Photo.JPG', 'x'), ('notes', ''), ('a.b.', 'c')]


def newer_version(left: str, right: str) -> str:
    """Return the later of two versions such as '1.10.2', whose numbers are compared from left to right.

    A version that only goes on where the other stops is later; return `left` when they are equal in number.
    """
    mine = [int(part) for part in left.split('.')]
    other = [int(part) for part in right.split('.')]
    return left if mine >= other else right


cases = [('1', '2'), ('2', '1'), ('1.2', '1.10'), ('1.10', '1.9'), ('1.0', '1'), ('1', '1.0'), ('1.2.3', '1.2.3'),
         ('01.2', '1.2'), ('3.0', '2.9.9')]


def bump_version(version: str, place: int) -> str:
    """Raise the number at index `place` of a dotted version by one and set all numbers behind it to zero."""
    numbers = [int(part) for part in version.split('.')]
    raised = numbers[:place] + [numbers[place] + 1] + [0] * (len(numbers) - place - 1)
    return '.'.join(str(number) for number in raised)


cases = [('1.2.3', 0), ('1.2.3', 1), ('1.2.3', 2), ('9', 0), ('0.9', 1), ('0.9', 0), ('4.19.7.1', 1), ('1.0.0', 2)]


def sum_simple_terms(formula: str) -> int:
    """Work out whole numbers joined by '+' and '-', with any blanks between: '3 + 4-2' gives 5, an empty text 0."""
    total = 0
    for term in formula.replace(' ', '').replace('-', '+-').split('+'):
        if term:
            total += int(term)
    return total


cases = [('',), ('7',), ('-7',), ('3 + 4-2',), ('10-20',), ('1+2+3+4',), ('-1 - 1',), ('5 - 5 ',), (' 12 + 3',)]


def run_counter_commands(commands: str) -> int:
    """Start at 0 and obey lines 'add N', 'take N', 'double' and 'reset'; lines of any other kind do nothing."""
    value = 0
    for line in commands.split('\n'):
        match line.split():
            case ['add', number]:
                value += int(number)
            case ['take', number]:
                value -= int(number)
            case ['double']:
                value *= 2
            case ['reset']:
                value = 0
    return value


cases = [('',), ('add 5',), ('take 3',), ('add 5\ndouble',), ('add 5\nreset',), ('add 2\nadd 3\ntake 1',),
         ('add 4\n\nnothing\ndouble x',), ('double\nadd 1\ndouble\ndouble',), ('add 9\nreset\ntake 2\ndouble',)]


def log_counts_by_level(log: str) -> dict[str, int]:
    """Lines look like 'LEVEL: message'; return how many there are of each level, ignoring lines without ': '."""
    counts = {}
    for line in log.split('\n'):
        level, found, _ = line.partition(': ')
        if found:
            counts[level] = counts.get(level, 0) + 1
    return counts


cases = [('',), ('INFO: a',), ('INFO: a\nINFO: b',), ('INFO: a\nWARN: b\nINFO: c',), ('no level',), ('A:b',),
         ('X: y: z',), ('E: 1\nE: 2\nE: 3\n\nW: 4',)]


def last_per_user(log: str) -> list[str]:
    """Each line is a user name, a blank and an action; return 'user:action' for the last line of each user.

    The users appear in alphabetical order.
    """
    latest = {}
    for line in log.split('\n'):
        if line:
            user, action = line.split(' ')
            latest[user] = action
    return [f'{user}:{latest[user]}' for user in sorted(latest)]


cases = [('',), ('ann in',), ('ann in\nann out',), ('bob in\nann in',), ('ann in\nbob in\nann out',),
         ('z a\n\ny b\nx c',), ('a 1\nb 2\na 3\nb 4',), ('kim go\n',)]


def price_in_cents(price: str) -> int:
    """Return the cents of a price like '12.5', '12.50', '12' or '1,200.05', where commas only group digits."""
    whole, _, part = price.replace(',', '').partition('.')
    return int(whole) * 100 + int(part.ljust(2, '0'))


cases = [('0',), ('12',), ('12.5',), ('12.50',), ('12.05',), ('0.99',), ('1,200.05',), ('1,234,567',), ('3.0',)]


def receipt_total(lines: list[str]) -> int:
    """Each line is 'count x price name', as '2 x 30 tea'; return the sum of count times price over all lines.

    Lines without ' x ' are a single item: 'price name'.
    """
    total = 0
    for line in lines:
        count, found, rest = line.partition(' x ')
        if found:
            total += int(count) * int(rest.split()[0])
        else:
            total += int(line.split()[0])
    return total


cases = [([],), (['2 x 30 tea'],), (['30 tea'],), (['2 x 30 tea', '15 bun'],), (['0 x 99 air'],),
         (['3 x 7 nut', '3 x 7 nut'],), (['5 extra-x ray'],), (['1 x 1 a', '2 x 2 b', '3 x 3 c'],), (['10 fox'],)]


def grid_marks(picture: str, mark: str) -> list[tuple[int, int]]:
    """Return row and column, both from 0, of every `mark` in a picture made of lines, row by row."""
    places = []
    for row, line in enumerate(picture.split('\n')):
        places.extend((row, column) for column, char in enumerate(line) if char == mark)
    return places


cases = [('', '#'), ('#', '#'), ('.#', '#'), ('.\n#', '#'), ('#.#\n.#.', '#'), ('ab\nba', 'b'), ('\n\nx', 'x'),
         ('...', '#'), ('#..\n..#', '.')]


def heading_level(line: str, mark: str) -> int:
    """Return how many `mark` characters begin the line if a blank and some other text follow them, else 0."""
    level = len(line) - len(line.lstrip(mark))
    return level if line[level:level + 1] == ' ' and line[level:].strip() else 0


cases = [('', '#'), ('# Title', '#'), ('### Deep', '#'), ('#tag', '#'), ('text', '#'), ('## ', '#'), ('== A', '='),
         ('= B #', '#'), (' # x', '#'), ('# # y', '#')]


def todo_progress(text: str) -> tuple[int, int]:
    """Lines may begin with '[x] ' for done or '[ ] ' for open; return the numbers of done and of open lines."""
    lines = text.split('\n')
    done = sum(line.startswith('[x] ') for line in lines)
    waiting = sum(line.startswith('[ ] ') for line in lines)
    return done, waiting


cases = [('',), ('[x] a',), ('[ ] a',), ('[x] a\n[ ] b\n[ ] c',), ('a [x] b',), ('[x] a\n[x] b',), ('[x]a\n[ ]b',),
         ('[-] a\n[ ] b\nc',), ('[x] x\n[xx] y\n[ ] [x] z',)]


def table_row(cells: list[str], widths: list[int]) -> str:
    """Cut or pad each cell with blanks to its width and set '|' before, between and behind the cells.

    Without cells the row is a single '|'.
    """
    return '|' + ''.join(cell[:width].ljust(width) + '|' for cell, width in zip(cells, widths))


cases = [([], []), (['a'], [1]), (['a'], [3]), (['abc'], [2]), (['a', 'b'], [1, 2]), (['', 'x'], [2, 1]),
         (['tea', 'coffee'], [4, 4]), (['q'], [0])]


def parse_size(text: str) -> int:
    """Return the number of bytes of a size like '12', '3K' or '2M', K being 1024 bytes and M being 1024 K."""
    units = {'K': 1024, 'M': 1024 * 1024}
    unit = text[-1]
    return int(text[:-1]) * units[unit] if unit in units else int(text)


cases = [('0',), ('12',), ('3K',), ('2M',), ('1K',), ('0M',), ('100',), ('10K',), ('1M',)]


def compress_flags(arguments: list[str]) -> str:
    """Collect the letters of short flags like '-a' and '-bc' in alphabetical order without repeats.

    Arguments that begin with two dashes, or with none, are ignored.
    """
    letters = set()
    for argument in arguments:
        if argument.startswith('-') and not argument.startswith('--'):
            letters.update(argument[1:])
    return ''.join(sorted(letters))


cases = [([],), (['-a'],), (['-bc', '-a'],), (['--all'],), (['file', '-x'],), (['-v', '-v'],),
         (['-zyx', '--abc', 'k-l'],), (['-'],), (['-ab', '-bc'],)]


def non_empty_line_count(text: str) -> int:
    """Count the lines of `text` that hold anything but blanks."""
    return sum(line.strip() != '' for line in text.split('\n'))


cases = [('',), ('a',), ('\n',), ('a\nb',), ('a\n\nb\n',), ('  \n x \n',), ('one\ntwo\nthree\nfour',), (' ',)]


def last_lines(text: str, count: int) -> list[str]:
    """Return the last `count` lines of `text`, `count` being at least 1, or all lines when there are fewer."""
    return text.split('\n')[-count:]


cases = [('a', 1), ('a', 3), ('a\nb', 1), ('a\nb\nc', 2), ('a\nb', 5), ('a\n\nb', 2), ('x\ny\nz', 3), ('1\n2\n3\n4', 2)]


def quote_reply(text: str, mark: str) -> str:
    """Put `mark` and a blank in front of each line of `text`, empty lines included."""
    return '\n'.join(mark + ' ' + line for line in text.split('\n'))


cases = [('a', '>'), ('a\nb', '>'), ('a\n\nb', '|'), ('hello there', '%%'), ('\nq', '>'), ('b', '|'), ('> x', '>'),
         ('y\nz', '')]


def setting_names(text: str) -> list[str]:
    """Return what stands before the first ':' of each line that has one, in alphabetical order and without repeats."""
    return sorted({line.split(':')[0] for line in text.split('\n') if ':' in line})


cases = [('',), ('a:1',), ('b:1\na:2',), ('a:1\na:2',), ('no colon\nx:y:z',), ('k: v\n\nj: w',), (':only',),
         ('B:1\na:1',)]


def swap_name_parts(name: str) -> str:
    """Turn 'Last, First' into 'First Last'; the name has exactly one comma, with any blanks around it."""
    return ' '.join(part.strip() for part in reversed(name.split(',')))


cases = [('Last, First',), ('a,b',), ('Curie , Marie',), ('Hopper,  Grace B.',), ('van Gogh, Vincent',), ('x, y ',),
         ('Z,Z',), (' Noether,Emmy',)]


def year_span(first: str, last: str) -> int:
    """Return how many calendar years the dates from `first` to `last`, written 'year-month-day', touch."""
    return int(last.split('-')[0]) - int(first.split('-')[0]) + 1


cases = [('2020-01-01', '2020-12-31'), ('2020-12-31', '2021-01-01'), ('1999-05-05', '2003-02-01'),
         ('2000-01-01', '2000-01-01'), ('1900-07-07', '1999-07-07'), ('987-01-01', '1001-10-10'),
         ('2010-03-01', '2012-03-01'), ('1-1-1', '10-1-1')]


def field_widths(row: str, mark: str) -> list[int]:
    """Return the length of each field of `row`, its fields being separated by `mark`; an empty row is one field."""
    return [len(field) for field in row.split(mark)]


cases = [('', ','), ('a', ','), ('a,bc', ','), (',', ','), ('one;two;', ';'), ('a, b', ','), ('x<>yy<>zzz', '<>'),
         ('1,2', ';')]


def entry_for_record(record: dict[str, str], columns: list[str], missing: str) -> str:
    """Write the values of the record in the order of `columns`, joined by commas; an absent column gives `missing`."""
    return ','.join(record.get(column, missing) for column in columns)


cases = [({}, [], '-'), ({}, ['a'], '-'), ({'a': '1'}, ['a'], '-'), ({'a': '1', 'b': '2'}, ['b', 'a'], '-'),
         ({'a': '1'}, ['a', 'b'], '?'), ({'a': '', 'b': 'x'}, ['a', 'b'], '?'), ({'x': 'y'}, ['x', 'x'], ''),
         ({'q': 'r'}, [], '-'), ({'b': '9'}, ['a', 'b', 'c'], 'none')]


def sum_of_amounts(text: str, unit: str) -> int:
    """Each word is a whole number and a unit, as '5kg' or '20m'; add up the numbers of those ending with `unit`.

    No other unit ends with the same letters.
    """
    return sum(int(word[:-len(unit)]) for word in text.split() if word.endswith(unit))


cases = [('', 'kg'), ('5kg', 'kg'), ('5kg', 'm'), ('5kg 20m 7kg', 'kg'), ('5kg 20m 7kg', 'm'), ('0l 0l', 'l'),
         ('-3c 10c', 'c'), ('12ft 1in 2ft', 'ft')]


def log_lines_after(log: list[str], start: str) -> list[str]:
    """Each entry begins with a time of the form 'hh:mm'; return the entries later than `start`, in their order."""
    return [entry for entry in log if entry[:5] > start]


cases = [([], '10:00'), (['10:00 a'], '10:00'), (['10:01 a'], '10:00'), (['09:59 a', '11:00 b'], '10:00'),
         (['12:00 x', '08:00 y', '13:30 z'], '09:00'), (['10:00', '10:00 b'], '10:00'),
         (['23:59 end', '00:00 begin'], '00:00'), (['07:05 a', '07:06 b', '07:05 c'], '07:05')]


def merge_notes(first: str, second: str, separator: str) -> str:
    """Join the two notes, each without blanks at its ends, by `separator`; a note with nothing left needs none."""
    return separator.join(note.strip() for note in (first, second) if note.strip())


cases = [('', '', '; '), ('a', '', '; '), ('', 'b', '; '), ('a', 'b', '; '), (' a ', ' b', '/'), ('  ', 'b', '-'),
         ('x y', '   ', ','), ('b', 'a', '')]


def unit_label(value: int, units: dict[int, str]) -> str:
    """Write `value` divided, rounding down, by the largest key of `units` not above it, and then the unit of that key.

    There always is such a key.
    """
    size = max(key for key in units if key <= value)
    return str(value // size) + units[size]


cases = [(1, {1: 'g'}), (999, {1: 'g', 1000: 'kg'}), (1000, {1: 'g', 1000: 'kg'}), (2999, {1: 'g', 1000: 'kg'}),
         (59, {1: 's', 60: 'm', 3600: 'h'}), (3600, {3600: 'h', 1: 's', 60: 'm'}), (7199, {1: 's', 60: 'm', 3600: 'h'}),
         (3599, {1: 's', 60: 'm', 3600: 'h'}), (12, {12: 'dz', 1: ''})]
