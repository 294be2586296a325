"""First steps with text: case, pieces, joining, counting, replacing, splitting and numbers as text."""


def shout_word(word: str) -> str:
    """Return `word` in upper case."""
    return word.upper()


cases = [('hello',), ('Cat',), ('STOP',), ('a',), ('',), ('red Bus',), ('tEa',)]


def whisper_word(word: str) -> str:
    """Make all letters of `word` lower case."""
    return word.lower()


cases = [('HELLO',), ('Cat',), ('stop',), ('A',), ('',), ('Red BUS',), ('tEa',)]


def capitalize_word(word: str) -> str:
    """Capitalize the word: 'hello' becomes 'Hello'."""
    return word.capitalize()


cases = [('hello',), ('cat',), ('dog',), ('a',), ('Sun',), ('moon',), ('apple',)]


def title_case_text(text: str) -> str:
    """Return the text in title case: every word starts with a capital letter."""
    return text.title()


cases = [('hello world',), ('the red fox',), ('a',), ('Good day',), ('one two',), ('',), ('big city life',)]


def swap_upper_and_lower(text: str) -> str:
    """Change upper case letters to lower case and lower case letters to upper case."""
    return text.swapcase()


cases = [('Hello',), ('abc',), ('ABC',), ('aBcD',), ('x1Y',), ('',), ('Hi You',)]


def first_letter_upper(word: str) -> str:
    """Return only the first letter of the word, in upper case."""
    return word[0].upper()


cases = [('hello',), ('cat',), ('Dog',), ('a',), ('zebra',), ('MOON',), ('tea',)]


def last_letter_lower(word: str) -> str:
    """Return only the last letter of the word, in lower case."""
    return word[-1].lower()


cases = [('HELLO',), ('caT',), ('dog',), ('A',), ('ZEBRa',), ('MOON',), ('Tea',)]


def first_four_letters(word: str) -> str:
    """Return the first four letters of `word`."""
    return word[:4]


cases = [('banana',), ('table',), ('window',), ('tree',), ('orange',), ('garden',), ('sunshine',)]


def last_four_letters(word: str) -> str:
    """Return the last four characters of a word."""
    return word[-4:]


cases = [('banana',), ('table',), ('window',), ('tree',), ('orange',), ('garden',), ('sunshine',)]


def skip_three_letters(word: str) -> str:
    """Remove the first three letters from `word`."""
    return word[3:]


cases = [('banana',), ('table',), ('window',), ('tree',), ('unhappy',), ('cat',), ('sunshine',)]


def cut_off_three_letters(word: str) -> str:
    """Return the word without its last three letters."""
    return word[:-3]


cases = [('banana',), ('table',), ('window',), ('tree',), ('walking',), ('cat',), ('sunshine',)]


def join_with_dash(words: list[str]) -> str:
    """Join the words with a dash between them."""
    return '-'.join(words)


cases = [(['a', 'b', 'c'],), (['red', 'blue'],), (['one'],), ([],), (['x', 'y'],), (['to', 'be', 'or', 'not'],)]


def words_to_sentence(words: list[str]) -> str:
    """Put all words into one string, separated by single spaces."""
    return ' '.join(words)


cases = [(['a', 'b', 'c'],), (['good', 'day'],), (['one'],), ([],), (['x', 'y'],), (['to', 'be', 'or', 'not'],)]


def letters_to_word(letters: list[str]) -> str:
    """Glue the letters together to one word."""
    return ''.join(letters)


cases = [(['c', 'a', 't'],), (['h', 'i'],), (['a'],), ([],), (['m', 'o', 'o', 'n'],), (['x', 'y', 'z'],)]


def comma_list(names: list[str]) -> str:
    """Write the names in one string with a comma and a space between them."""
    return ', '.join(names)


cases = [(['Ann', 'Bob'],), (['Ann'],), ([],), (['a', 'b', 'c'],), (['tea', 'milk'],), (['x', 'y', 'z', 'w'],)]


def lines_to_text(lines: list[str]) -> str:
    """Join the lines with a newline between them."""
    return '\n'.join(lines)


cases = [(['a', 'b'],), (['one line'],), ([],), (['first', 'second', 'third'],), (['x', '', 'y'],), (['hi', 'you'],)]


def two_words_with_space(left: str, right: str) -> str:
    """Return the two words with one space between them."""
    return left + ' ' + right


cases = [('good', 'day'), ('red', 'car'), ('a', 'b'), ('b', 'a'), ('ice', 'cream'), ('hello', 'world')]


def full_name(first: str, last: str) -> str:
    """Build a full name from a first and a last name: 'Ada' and 'King' give 'Ada King'."""
    return f'{first} {last}'


cases = [('Ada', 'King'), ('Bob', 'Hill'), ('Li', 'Wu'), ('Wu', 'Li'), ('Eva', 'Stone'), ('Max', 'Bell')]


def last_name_first(first: str, last: str) -> str:
    """Write the last name, a comma, a space and the first name: 'King, Ada'."""
    return last + ', ' + first


cases = [('Ada', 'King'), ('Bob', 'Hill'), ('Li', 'Wu'), ('Wu', 'Li'), ('Eva', 'Stone'), ('Max', 'Bell')]


def say_hello(name: str) -> str:
    """Greet a person by name: 'Ann' gives 'Hello, Ann!'."""
    return f'Hello, {name}!'


cases = [('Ann',), ('Bob',), ('World',), ('you',), ('Mr Hill',), ('Eva',)]


def say_goodbye(name: str) -> str:
    """Return 'Goodbye ' followed by the name."""
    return 'Goodbye ' + name


cases = [('Ann',), ('Bob',), ('World',), ('you',), ('Mr Hill',), ('Eva',)]


def add_exclamation_mark(text: str) -> str:
    """Add an exclamation mark to the end of the text."""
    return text + '!'


cases = [('Stop',), ('Hello',), ('',), ('Wow!',), ('Good day',), ('go',)]


def make_question(sentence: str) -> str:
    """Return `sentence` followed by a question mark."""
    return sentence + '?'


cases = [('Who',), ('Is it you',), ('',), ('Why?',), ('Good day',), ('when',)]


def add_three_dots(text: str) -> str:
    """Append three dots to `text`."""
    return text + '...'


cases = [('wait',), ('and so on',), ('',), ('end.',), ('Well',), ('one',)]


def put_in_quotes(text: str) -> str:
    """Put double quotes around the text."""
    return '"' + text + '"'


cases = [('hello',), ('a',), ('',), ('two words',), ('Stop!',), ('x y z',)]


def put_in_brackets(text: str) -> str:
    """Return `text` inside round brackets: 'a' becomes '(a)'."""
    return '(' + text + ')'


cases = [('hello',), ('a',), ('',), ('two words',), ('1 + 2',), ('(x)',)]


def add_plural_s(noun: str) -> str:
    """Add the letter s to the end of the noun."""
    return noun + 's'


cases = [('cat',), ('dog',), ('car',), ('tree',), ('book',), ('apple',)]


def put_un_before(word: str) -> str:
    """Put 'un' in front of the word."""
    return 'un' + word


cases = [('happy',), ('fair',), ('do',), ('lock',), ('kind',), ('tie',)]


def text_file_name(name: str) -> str:
    """Return the file name with '.txt' added to it."""
    return name + '.txt'


cases = [('notes',), ('a',), ('my file',), ('list',), ('data1',), ('x.y',)]


def say_twice(word: str) -> str:
    """Return the word two times with a space between."""
    return word + ' ' + word


cases = [('bye',), ('no',), ('a',), ('tick',), ('Hello',), ('so so',)]


def row_of_dashes(count: int) -> str:
    """Return a string of `count` dashes."""
    return '-' * count


cases = [(0,), (1,), (2,), (3,), (5,), (10,)]


def row_of_stars(count: int) -> str:
    """Make a line with the given number of stars: 3 gives '***'."""
    return '*' * count


cases = [(0,), (1,), (2,), (3,), (6,), (9,)]


def laugh(times: int) -> str:
    """Repeat 'ha' the given number of times."""
    return 'ha' * times


cases = [(0,), (1,), (2,), (3,), (4,), (7,)]


def indent_text(text: str, count: int) -> str:
    """Put `count` spaces in front of the text."""
    return ' ' * count + text


cases = [('a', 0), ('a', 1), ('hello', 2), ('x = 1', 4), ('', 3), ('good day', 5)]


def count_letter_a(word: str) -> int:
    """Count the letter 'a' in the word."""
    return word.count('a')


cases = [('banana',), ('cat',), ('dog',), ('',), ('aa',), ('papaya',), ('abracadabra',)]


def count_blank_spaces(text: str) -> int:
    """Return the number of spaces in the text."""
    return text.count(' ')


cases = [('a b',), ('word',), ('',), ('one two three',), (' x ',), ('to be or not to be',)]


def how_many_commas(text: str) -> int:
    """Return how often a comma is in `text`."""
    return text.count(',')


cases = [('a,b',), ('word',), ('',), ('1,2,3',), (',x,',), ('one, two, three, four',)]


def how_many_words(sentence: str) -> int:
    """Return how many words the sentence has."""
    return len(sentence.split())


cases = [('good day',), ('word',), ('my old cat',), ('one two three',), ('to be or not to be',), ('I am here now',)]


def how_many_lines(text: str) -> int:
    """Return the number of lines, which is the number of newlines plus one."""
    return text.count('\n') + 1


cases = [('one',), ('one\ntwo',), ('a\nb\nc',), ('good day',), ('1\n2\n3\n4',), ('x\n\ny',)]


def starts_with_letter_b(word: str) -> bool:
    """Say whether the word starts with the letter 'b'."""
    return word.startswith('b')


cases = [('ball',), ('cab',), ('b',), ('tree',), ('bob',), ('egg',), ('big bus',)]


def ends_with_letter_s(word: str) -> bool:
    """Check if the last letter of the word is an 's'."""
    return word.endswith('s')


cases = [('cats',), ('sun',), ('s',), ('tree',), ('bus',), ('egg',), ('shops',), ('sea',)]


def has_prefix(text: str, prefix: str) -> bool:
    """Check whether the text starts with `prefix`."""
    return text.startswith(prefix)


cases = [('unhappy', 'un'), ('happy', 'un'), ('run', 'un'), ('tree', 'tr'), ('cat', 'c'), ('cat', 't'), ('a', 'ab')]


def has_suffix(text: str, suffix: str) -> bool:
    """Return True if `text` ends with `suffix`, else False."""
    return text.endswith(suffix)


cases = [('walking', 'ing'), ('walked', 'ing'), ('inger', 'ing'), ('tree', 'ee'), ('cat', 't'), ('cat', 'c'),
         ('a', 'ba')]


def is_question(sentence: str) -> bool:
    """Tell whether a sentence ends with a question mark."""
    return sentence.endswith('?')


cases = [('Who is it?',), ('It is me.',), ('?',), ('Stop!',), ('Why? No.',), ('?no',), ('Is it late?',)]


def has_space(text: str) -> bool:
    """Say whether there is a space in the text."""
    return ' ' in text


cases = [('a b',), ('ab',), (' ',), ('word',), ('two words',), ('',), ('x ',)]


def looks_like_email(text: str) -> bool:
    """Return True if the text has an '@' in it."""
    return '@' in text


cases = [('ann@home.org',), ('ann',), ('@',), ('home.org',), ('a@b',), ('',), ('x.y',)]


def has_no_letter_e(word: str) -> bool:
    """Check that the letter 'e' is not in the word."""
    return 'e' not in word


cases = [('cat',), ('tree',), ('e',), ('',), ('dog',), ('egg',), ('apple',)]


def spaces_to_dashes(text: str) -> str:
    """Replace every space by a dash."""
    return text.replace(' ', '-')


cases = [('a b',), ('one two three',), ('word',), ('',), ('x-y z',), (' hi ',)]


def dots_to_commas(text: str) -> str:
    """Change each dot in the text to a comma."""
    return text.replace('.', ',')


cases = [('1.5',), ('a.b.c',), ('word',), ('',), ('x,y.z',), ('.hi.',)]


def delete_dashes(text: str) -> str:
    """Remove all dashes from the text."""
    return text.replace('-', '')


cases = [('a-b',), ('555-12-34',), ('word',), ('',), ('x y-z',), ('-hi-',)]


def squeeze_out_spaces(text: str) -> str:
    """Return `text` without any spaces."""
    return text.replace(' ', '')


cases = [('a b',), ('one two three',), ('word',), ('',), ('x-y z',), (' hi ',)]


def replace_letter(text: str, old: str, new: str) -> str:
    """Replace every letter `old` by the letter `new`."""
    return text.replace(old, new)


cases = [('banana', 'a', 'o'), ('cat', 'c', 'b'), ('dog', 'x', 'y'), ('', 'a', 'b'), ('aba', 'b', 'a'),
         ('tree', 'e', 'i')]


def delete_letter(word: str, letter: str) -> str:
    """Delete a letter wherever it is in the word."""
    return word.replace(letter, '')


cases = [('banana', 'a'), ('cat', 'c'), ('dog', 'x'), ('', 'a'), ('aba', 'b'), ('tree', 'e')]


def cats_to_dogs(text: str) -> str:
    """Replace 'cat' by 'dog' in the text."""
    return text.replace('cat', 'dog')


cases = [('cat',), ('my cat',), ('dog',), ('',), ('two cats',), ('cat and cat',), ('a bird',), ('ca at',)]


def split_into_words(sentence: str) -> list[str]:
    """Split the sentence into a list of its words."""
    return sentence.split()


cases = [('good day',), ('word',), ('my cat',), ('one two three',), ('a b c d',), ('I am here',)]


def split_at_commas(text: str) -> list[str]:
    """Return the list of parts between the commas."""
    return text.split(',')


cases = [('a,b',), ('word',), ('1,2,3',), ('red,green',), ('good day,bye',), ('x,,y',)]


def split_into_lines(text: str) -> list[str]:
    """Cut the text at each newline and return the list of lines."""
    return text.split('\n')


cases = [('a\nb',), ('word',), ('1\n2\n3',), ('good day\nbye',), ('one line',), ('x\n\ny',)]


def opening_word(sentence: str) -> str:
    """Return the first word of a sentence."""
    return sentence.split()[0]


cases = [('good day',), ('word',), ('one two three',), ('a b c d',), ('I am here',), ('The end',)]


def closing_word(sentence: str) -> str:
    """Split the sentence and return its last word."""
    return sentence.split()[-1]


cases = [('good day',), ('word',), ('one two three',), ('a b c d',), ('I am here',), ('The end',)]


def email_domain(email: str) -> str:
    """Return the part of the email address after the '@'."""
    return email.split('@')[1]


cases = [('ann@home.org',), ('bob@work.com',), ('a@b',), ('info@shop.net',), ('me@mail.com',), ('x.y@z.de',)]


def email_user(email: str) -> str:
    """Give the name that stands before the '@' of an email address."""
    return email.split('@')[0]


cases = [('ann@home.org',), ('bob@work.com',), ('a@b',), ('info@shop.net',), ('me@mail.com',), ('x.y@z.de',)]


def text_to_number(text: str) -> int:
    """Convert the text to an int: '12' becomes 12."""
    return int(text)


cases = [('12',), ('0',), ('7',), ('-3',), ('100',), ('2024',)]


def number_to_text(number: int) -> str:
    """Convert an int to a string: 12 becomes '12'."""
    return str(number)


cases = [(12,), (0,), (7,), (-3,), (100,), (2024,)]


def number_text_plus_one(text: str) -> int:
    """Turn the string into a number and add 1: '4' gives 5."""
    return int(text) + 1


cases = [('4',), ('0',), ('9',), ('-1',), ('99',), ('20',)]


def add_number_texts(left: str, right: str) -> int:
    """Add two numbers that are given as strings: '2' and '3' give 5."""
    return int(left) + int(right)


cases = [('2', '3'), ('0', '0'), ('10', '5'), ('-4', '4'), ('7', '1'), ('20', '22')]


def how_many_digits(number: int) -> int:
    """Return how many digits a positive number has."""
    return len(str(number))


cases = [(7,), (12,), (345,), (1000,), (99,), (54321,)]


def with_percent_sign(number: int) -> str:
    """Write the number with a percent sign behind it: 50 gives '50%'."""
    return str(number) + '%'


cases = [(50,), (0,), (7,), (100,), (25,), (99,)]


def dollar_price(price: int) -> str:
    """Write the price with a dollar sign in front: 5 gives '$5'."""
    return f'${price}'


cases = [(5,), (0,), (12,), (100,), (25,), (99,)]


def name_and_age(name: str, age: int) -> str:
    """Return a sentence such as 'Ann is 7 years old'."""
    return f'{name} is {age} years old'


cases = [('Ann', 7), ('Bob', 30), ('Eva', 12), ('Max', 99), ('Li', 2), ('Ann', 8)]


def trim_spaces(text: str) -> str:
    """Remove the spaces at both ends of the text."""
    return text.strip()


cases = [(' a ',), ('word',), ('  left',), ('right  ',), (' two words ',), ('',)]


def is_all_capitals(word: str) -> bool:
    """Say whether all letters of the word are upper case."""
    return word.isupper()


cases = [('STOP',), ('stop',), ('Stop',), ('A',), ('b',), ('USA',), ('stoP',)]


def is_all_small(word: str) -> bool:
    """Return True if a word is in lower case."""
    return word.islower()


cases = [('stop',), ('STOP',), ('Stop',), ('a',), ('B',), ('usa',), ('stoP',)]


def has_only_digits(text: str) -> bool:
    """Check if every character of the text is a digit."""
    return text.isdigit()


cases = [('123',), ('12a',), ('abc',), ('7',), ('1 2',), ('2024',), ('x9',)]


def has_only_letters(text: str) -> bool:
    """Say whether the text is made of letters alone."""
    return text.isalpha()


cases = [('abc',), ('ab1',), ('123',), ('x',), ('a b',), ('Hello',), ('9x',)]


def is_empty_text(text: str) -> bool:
    """Say whether the text is the empty string."""
    return text == ''


cases = [('',), ('a',), (' ',), ('word',), ('two words',), ('0',)]


def answer_is_yes(answer: str) -> bool:
    """Say whether the answer is 'yes', in lower or upper case."""
    return answer.lower() == 'yes'


cases = [('yes',), ('YES',), ('no',), ('Yes',), ('',), ('yes please',), ('es',), ('ye',)]


def same_word_any_case(left: str, right: str) -> bool:
    """Compare two words without looking at upper and lower case."""
    return left.lower() == right.lower()


cases = [('Cat', 'cat'), ('cat', 'dog'), ('SUN', 'sun'), ('a', 'A'), ('Tea', 'Team'), ('moon', 'MOON'), ('up', 'UPS')]


def list_of_letters(word: str) -> list[str]:
    """Return a list with the letters of the word."""
    return list(word)


cases = [('cat',), ('a',), ('',), ('tree',), ('sun',), ('hello',)]


def letters_in_order(word: str) -> str:
    """Sort the letters of the word and return them as a string."""
    return ''.join(sorted(word))


cases = [('cat',), ('a',), ('',), ('tree',), ('sun',), ('hello',)]


def backwards_in_capitals(word: str) -> str:
    """Reverse the word and make it upper case."""
    return word[::-1].upper()


cases = [('cat',), ('a',), ('tree',), ('Sun',), ('hello',), ('level',)]


def place_of_letter_a(word: str) -> int:
    """Find the index of the first 'a' in the word."""
    return word.index('a')


cases = [('cat',), ('apple',), ('banana',), ('tea',), ('zebra',), ('salad',)]


def zero_padded(number: int) -> str:
    """Write the number with zeros in front so that it is four characters long: 7 gives '0007'."""
    return str(number).zfill(4)


cases = [(7,), (0,), (12,), (345,), (2024,), (99,)]


def letter_after(letter: str) -> str:
    """Return the next letter of the alphabet: 'a' gives 'b'."""
    return chr(ord(letter) + 1)


cases = [('a',), ('b',), ('m',), ('y',), ('c',), ('t',)]


def initials_with_dots(first: str, last: str) -> str:
    """Return the first letter of both names, each followed by a dot: 'A.K.'."""
    return f'{first[0]}.{last[0]}.'


cases = [('Ada', 'King'), ('Bob', 'Hill'), ('Li', 'Wu'), ('Wu', 'Li'), ('Eva', 'Stone'), ('Max', 'Bell')]


def colon_time(hours: str, minutes: str) -> str:
    """Put a colon between hours and minutes: '10' and '30' give '10:30'."""
    return hours + ':' + minutes


cases = [('10', '30'), ('12', '00'), ('09', '15'), ('15', '09'), ('23', '59'), ('00', '01')]
