"""First steps with lists, tuples, dicts and sets."""


def first_item(items: list[int]) -> int:
    """Return the first item of the list."""
    return items[0]


cases = [([3],), ([1, 2],), ([5, 4, 3],), ([0, 9],), ([-2, 7, 7],), ([8, 1, 6, 2],), ([4, 4, 5],)]


def last_item(items: list[int]) -> int:
    """Return the item at the end of a list."""
    return items[-1]


cases = [([3],), ([1, 2],), ([5, 4, 3],), ([0, 9],), ([-2, 7, 6],), ([8, 1, 6, 2],), ([4, 5, 4],)]


def second_item(items: list[int]) -> int:
    """Get the second item in the list."""
    return items[1]


cases = [([1, 2],), ([5, 4, 3],), ([0, 9],), ([-2, 7, 6],), ([8, 1, 6, 2],), ([4, 5, 4],), ([6, 0, 1],)]


def third_item(items: list[int]) -> int:
    """Get the number in third place."""
    return items[2]


cases = [([5, 4, 3],), ([0, 9, 1, 4],), ([-2, 7, 6],), ([8, 1, 6, 2],), ([4, 5, 0, 1, 2],), ([6, 0, -1, 5],)]


def next_to_last_item(items: list[str]) -> str:
    """Return the item just before the last one."""
    return items[-2]


cases = [(['a', 'b'],), (['a', 'b', 'c'],), (['x', 'y', 'z', 'w'],), (['red', 'blue'],), (['p', 'q', 'r', 's', 't'],),
         (['one', 'two', 'three'],)]


def number_of_items(items: list[int]) -> int:
    """Return how many items the list has."""
    return len(items)


cases = [([],), ([5],), ([0, 0],), ([1, 2, 3],), ([7, 7, 7, 7],), ([9, 8, 7, 6, 5],)]


def length_plus_one(items: list[int]) -> int:
    """Return the length of the list plus one."""
    return len(items) + 1


cases = [([],), ([5],), ([0, 0],), ([1, 2, 3],), ([7, 7, 7, 7],), ([9, 8, 7, 6, 5],)]


def length_minus_one(items: list[int]) -> int:
    """Return one less than the number of items."""
    return len(items) - 1


cases = [([5],), ([0, 0],), ([1, 2, 3],), ([7, 7, 7, 7],), ([9, 8, 7, 6, 5],), ([1, 1, 1, 1, 1, 1],)]


def lengths_together(left: list[int], right: list[int]) -> int:
    """Return the length of both lists added together."""
    return len(left) + len(right)


cases = [([], []), ([1], []), ([], [2]), ([1, 2], [3]), ([4], [5, 6, 7]), ([1, 1], [1, 1])]


def add_up_numbers(numbers: list[int]) -> int:
    """Return the sum of the numbers."""
    return sum(numbers)


cases = [([],), ([5],), ([1, 2],), ([1, 2, 3],), ([-4, 4],), ([10, -3, 2],), ([7, 7, 7],)]


def biggest_number(numbers: list[int]) -> int:
    """Find the largest number."""
    return max(numbers)


cases = [([5],), ([1, 2],), ([3, 2, 1],), ([-4, -9],), ([0, 8, 3],), ([2, 6, 6, 1],), ([-1, 0, -2],)]


def smallest_in_list(numbers: list[int]) -> int:
    """Find the lowest number in a list."""
    return min(numbers)


cases = [([5],), ([1, 2],), ([3, 2, 1],), ([-4, -9],), ([4, 0, 3],), ([6, 2, 6, 9],), ([1, -1, 2],)]


def largest_minus_smallest(numbers: list[int]) -> int:
    """Subtract the minimum of the list from its maximum."""
    return max(numbers) - min(numbers)


cases = [([5],), ([1, 2],), ([9, 2, 1],), ([-4, -9],), ([4, 0, 3],), ([6, 2, 6, 9],), ([1, -1, 2],)]


def largest_plus_smallest(numbers: list[int]) -> int:
    """Add the greatest and the least number."""
    return max(numbers) + min(numbers)


cases = [([5],), ([1, 2],), ([9, 2, 1],), ([-4, -9],), ([4, 0, 3],), ([6, 2, 6, 9],), ([1, -1, 2],)]


def first_plus_last(numbers: list[int]) -> int:
    """Add the first number and the last number."""
    return numbers[0] + numbers[-1]


cases = [([5],), ([1, 2],), ([9, 2, 1],), ([-4, 3, -9],), ([4, 0, 3],), ([6, 2, 5, 9],), ([1, -1, 2, 7],)]


def mean_of_numbers(numbers: list[int]) -> float:
    """Return the average of the numbers."""
    return sum(numbers) / len(numbers)


cases = [([5],), ([1, 2],), ([9, 2, 1],), ([-4, -8],), ([4, 0, 2],), ([6, 2, 6, 9],), ([1, -1],)]


def sum_of_pair(pair: tuple[int, int]) -> int:
    """Add the two numbers of the pair."""
    return pair[0] + pair[1]


cases = [((0, 0),), ((1, 2),), ((5, 3),), ((-4, 4),), ((10, -3),), ((0, 7),), ((6, 6),)]


def product_of_pair(pair: tuple[int, int]) -> int:
    """Multiply the two numbers of a tuple."""
    return pair[0] * pair[1]


cases = [((0, 5),), ((1, 2),), ((5, 3),), ((-4, 4),), ((10, -3),), ((2, 7),), ((6, 6),)]


def swapped_pair(pair: tuple[int, int]) -> tuple[int, int]:
    """Swap the two members of the tuple."""
    return (pair[1], pair[0])


cases = [((0, 1),), ((1, 2),), ((5, 3),), ((-4, 4),), ((10, -3),), ((2, 7),)]


def make_pair(first: int, second: int) -> tuple[int, int]:
    """Return a tuple of the two numbers."""
    return (first, second)


cases = [(0, 1), (1, 0), (5, 3), (-4, 4), (7, 7), (2, 9)]


def in_rising_order(numbers: list[int]) -> list[int]:
    """Sort the numbers from small to large."""
    return sorted(numbers)


cases = [([],), ([5],), ([2, 1],), ([1, 2, 3],), ([3, 1, 2],), ([4, -4, 0],), ([9, 8, 8, 7],)]


def in_falling_order(numbers: list[int]) -> list[int]:
    """Sort in descending order."""
    return sorted(numbers, reverse=True)


cases = [([],), ([5],), ([1, 2],), ([1, 2, 3],), ([3, 1, 2],), ([4, -4, 0],), ([9, 7, 8, 8],)]


def sorted_by_length(words: list[str]) -> list[str]:
    """Sort the words by their length, shortest first."""
    return sorted(words, key=len)


cases = [([],), (['b'],), (['bb', 'a'],), (['ccc', 'bb', 'a'],), (['a', 'bb'],), (['pear', 'fig', 'banana'],),
         (['zz', 'y', 'xxx'],)]


def items_backwards(items: list[int]) -> list[int]:
    """Return the list in reverse order."""
    return list(reversed(items))


cases = [([],), ([5],), ([1, 2],), ([1, 2, 3],), ([3, 1, 2],), ([4, -4, 0, 1],), ([9, 9, 8],)]


def append_item(items: list[int], item: int) -> list[int]:
    """Return the list with the item added at the end."""
    return items + [item]


cases = [([], 1), ([5], 6), ([1, 2], 0), ([3, 1], 3), ([4, -4, 0], 9), ([7, 7], 7)]


def prepend_item(items: list[int], item: int) -> list[int]:
    """Put the item in front of the list."""
    return [item] + items


cases = [([], 1), ([5], 6), ([1, 2], 0), ([3, 1], 4), ([4, -4, 0], 9), ([7, 8], 7)]


def append_zero(numbers: list[int]) -> list[int]:
    """Add a zero to the end of the numbers."""
    return numbers + [0]


cases = [([],), ([5],), ([1, 2],), ([0],), ([4, -4, 3],), ([7, 7],)]


def concatenate_lists(left: list[int], right: list[int]) -> list[int]:
    """Join two lists into one."""
    return [*left, *right]


cases = [([], []), ([1], []), ([], [2]), ([1, 2], [3]), ([4], [5, 6, 7]), ([2, 1], [1, 2])]


def repeat_list(items: list[int], times: int) -> list[int]:
    """Return a new list that repeats the items the given number of times."""
    return list(items) * times


cases = [([1], 2), ([1, 2], 3), ([5], 0), ([0, 1], 1), ([3, 2], 2), ([7], 4)]


def list_of_zeros(count: int) -> list[int]:
    """Make a list of `count` zeros."""
    return [0] * count


cases = [(0,), (1,), (2,), (3,), (5,), (7,)]


def contains_item(items: list[int], item: int) -> bool:
    """Check whether the item is in the list."""
    return item in items


cases = [([], 1), ([1], 1), ([1, 2], 2), ([1, 2], 3), ([4, 0, 5], 0), ([4, 5], 0), ([-1, 3], 1)]


def item_is_missing(items: list[int], item: int) -> bool:
    """Say whether an item does not occur in a list."""
    return item not in items


cases = [([], 1), ([1], 1), ([1, 2], 2), ([1, 2], 3), ([4, 0, 5], 0), ([4, 5], 0), ([-1, 3], 1)]


def list_is_empty(items: list[int]) -> bool:
    """Check if a list is empty."""
    return len(items) == 0


cases = [([],), ([0],), ([1],), ([1, 2],), ([0, 0, 0],), ([-1],)]


def list_has_items(items: list[int]) -> bool:
    """Check if there is at least one item."""
    return len(items) > 0


cases = [([],), ([0],), ([1],), ([1, 2],), ([0, 0, 0],), ([-1],)]


def same_list_length(left: list[int], right: list[int]) -> bool:
    """Check that the two lists are equally long."""
    return len(left) == len(right)


cases = [([], []), ([1], []), ([1], [2]), ([1, 2], [3]), ([4, 5], [6, 7]), ([1, 1, 1], [1, 1])]


def is_longer_list(left: list[int], right: list[int]) -> bool:
    """Is the left list longer than the right one?"""
    return len(left) > len(right)


cases = [([], []), ([1], []), ([], [1]), ([1], [2]), ([1, 2], [3]), ([3], [1, 2]), ([1, 1, 1], [9, 9])]


def first_equals_last(items: list[int]) -> bool:
    """Check whether the first and the last item are equal."""
    return items[0] == items[-1]


cases = [([1],), ([1, 1],), ([1, 2],), ([3, 5, 3],), ([3, 5, 5],), ([3, 3, 5],), ([2, 0, 0, 2],)]


def count_item(items: list[int], item: int) -> int:
    """Count how many times the item occurs in the list."""
    return items.count(item)


cases = [([], 1), ([1], 1), ([1, 2], 3), ([4, 4, 5], 4), ([0, 0, 0], 0), ([2, 1, 2, 1], 1)]


def count_zeros(numbers: list[int]) -> int:
    """Count the zeros."""
    return numbers.count(0)


cases = [([],), ([0],), ([1, 2],), ([0, 4, 0],), ([0, 0, 0],), ([-1, 0, 1, 1],), ([5, -1, -1],)]


def position_of_item(items: list[int], item: int) -> int:
    """Find the index of the item in the list."""
    return items.index(item)


cases = [([1], 1), ([1, 2], 2), ([4, 5, 6], 6), ([4, 5, 6], 5), ([3, 0], 0), ([9, 8, 7, 6], 6)]


def item_at_index(items: list[int], index: int) -> int:
    """Return the item at the given index."""
    return items[index]


cases = [([5], 0), ([1, 2], 1), ([4, 5, 6], 2), ([4, 5, 6], 0), ([3, 8], 1), ([9, 8, 7, 6], 2)]


def all_but_first(items: list[int]) -> list[int]:
    """Leave out the first item."""
    return items[1:]


cases = [([],), ([5],), ([1, 2],), ([4, 5, 6],), ([0, 0, 1],), ([9, 8, 7, 6],)]


def all_but_last(items: list[int]) -> list[int]:
    """Drop the last item of the list."""
    return items[:-1]


cases = [([],), ([5],), ([1, 2],), ([4, 5, 6],), ([0, 0, 1],), ([9, 8, 7, 6],)]


def first_two_items(items: list[int]) -> list[int]:
    """Return the first two items."""
    return items[:2]


cases = [([],), ([5],), ([1, 2],), ([4, 5, 6],), ([0, 0, 1],), ([9, 8, 7, 6],)]


def last_two_items(items: list[int]) -> list[int]:
    """Keep only the two items at the end."""
    return items[-2:]


cases = [([],), ([5],), ([1, 2],), ([4, 5, 6],), ([0, 0, 1],), ([9, 8, 7, 6],)]


def first_n_items(items: list[int], n: int) -> list[int]:
    """Return the first n items of the list."""
    return items[:n]


cases = [([], 0), ([5], 1), ([1, 2, 3], 2), ([4, 5, 6], 1), ([4, 5, 6], 0), ([9, 8, 7, 6], 3)]


def skip_n_items(items: list[int], n: int) -> list[int]:
    """Skip n items and return the rest."""
    return items[n:]


cases = [([], 0), ([5], 1), ([1, 2, 3], 2), ([4, 5, 6], 1), ([4, 5, 6], 0), ([9, 8, 7, 6], 3)]


def every_second_item(items: list[int]) -> list[int]:
    """Take every second item, starting with the first."""
    return items[::2]


cases = [([],), ([5],), ([1, 2],), ([4, 5, 6],), ([1, 2, 3, 4, 5],), ([9, 8, 7, 6],)]


def list_of_squares(numbers: list[int]) -> list[int]:
    """Square each number."""
    return [number ** 2 for number in numbers]


cases = [([],), ([5],), ([1, 2],), ([-3],), ([0, 4, -1],), ([3, 6, 10],)]


def list_of_doubles(numbers: list[int]) -> list[int]:
    """Double every number in the list."""
    return [number * 2 for number in numbers]


cases = [([],), ([5],), ([1, 2],), ([-3],), ([0, 4, -1],), ([3, 6, 10],)]


def increase_each_by_one(numbers: list[int]) -> list[int]:
    """Add one to each number."""
    return [number + 1 for number in numbers]


cases = [([],), ([5],), ([1, 2],), ([-3],), ([0, 4, -1],), ([3, 6, 10],)]


def add_to_each(numbers: list[int], amount: int) -> list[int]:
    """Add the amount to all numbers in the list."""
    return [number + amount for number in numbers]


cases = [([], 1), ([5], 2), ([1, 2], 0), ([-3], 3), ([0, 4, -1], 10), ([3, 6], -1)]


def multiply_each(numbers: list[int], factor: int) -> list[int]:
    """Multiply each number by the factor."""
    return [number * factor for number in numbers]


cases = [([], 1), ([5], 2), ([1, 2], 0), ([-3], 3), ([0, 4, -1], 10), ([3, 6], -1)]


def negate_each(numbers: list[int]) -> list[int]:
    """Change the sign of every number."""
    return [-number for number in numbers]


cases = [([],), ([5],), ([1, 2],), ([-3],), ([0, 4, -1],), ([3, -6, 10],)]


def absolute_values(numbers: list[int]) -> list[int]:
    """Return the absolute value of each number."""
    return [abs(number) for number in numbers]


cases = [([],), ([5],), ([1, -2],), ([-3],), ([0, 4, -1],), ([-3, -6, 10],)]


def positive_numbers(numbers: list[int]) -> list[int]:
    """Keep only the positive numbers."""
    return [number for number in numbers if number > 0]


cases = [([],), ([5],), ([1, -2],), ([-3],), ([0, 4, -1],), ([-3, 6, 10],), ([1, 2, 0],)]


def negative_numbers(numbers: list[int]) -> list[int]:
    """Return the numbers below zero."""
    return [number for number in numbers if number < 0]


cases = [([],), ([5],), ([1, -2],), ([-3],), ([0, 4, -1],), ([-3, -6, 10],), ([-1, -2, 0],)]


def even_numbers_only(numbers: list[int]) -> list[int]:
    """Keep the even numbers of the list."""
    return [number for number in numbers if number % 2 == 0]


cases = [([],), ([5],), ([1, 2],), ([4],), ([0, 4, 7],), ([3, 6, 10, 9],), ([1, 3, 5],)]


def odd_numbers_only(numbers: list[int]) -> list[int]:
    """Filter for odd numbers."""
    return [number for number in numbers if number % 2 == 1]


cases = [([],), ([5],), ([1, 2],), ([4],), ([0, 4, 7],), ([3, 6, 10, 9],), ([1, 3, 5],)]


def numbers_above(numbers: list[int], limit: int) -> list[int]:
    """Return all numbers greater than the limit."""
    return [number for number in numbers if number > limit]


cases = [([], 1), ([5], 2), ([1, 2, 3], 2), ([-3], 3), ([0, 4, -1], -1), ([3, 6], 1), ([8, 2, 9], 8)]


def without_zeros(numbers: list[int]) -> list[int]:
    """Remove every zero."""
    return [number for number in numbers if number != 0]


cases = [([],), ([0],), ([1, 2],), ([0, 4, 0],), ([0, 0, 0],), ([-1, 0, 1, 1],)]


def remove_value(items: list[int], value: int) -> list[int]:
    """Return the list without the items equal to value."""
    return [item for item in items if item != value]


cases = [([], 1), ([5], 5), ([1, 2, 3], 2), ([3, 1, 3], 3), ([0, 4], 7), ([6, 6, 2], 6)]


def count_positive(numbers: list[int]) -> int:
    """Count the numbers greater than zero."""
    return len([number for number in numbers if number > 0])


cases = [([],), ([5],), ([1, -2],), ([-3],), ([0, 4, -1],), ([-3, 6, 10],), ([1, 2, 0, 3],)]


def count_even_numbers(numbers: list[int]) -> int:
    """Count how many numbers are even."""
    return len([number for number in numbers if number % 2 == 0])


cases = [([],), ([5],), ([1, 2],), ([4],), ([0, 4, 7],), ([3, 6, 10, 8],), ([1, 3, 5],)]


def total_of_squares(numbers: list[int]) -> int:
    """Return the sum of the squares."""
    return sum(number * number for number in numbers)


cases = [([],), ([5],), ([1, 2],), ([-3],), ([0, 4, -1],), ([3, 6, 10],)]


def all_are_positive(numbers: list[int]) -> bool:
    """Check that every number is greater than zero."""
    return all(number > 0 for number in numbers)


cases = [([],), ([5],), ([1, -2],), ([-3],), ([0, 4],), ([3, 6, 10],), ([0, 1],), ([1, 1],)]


def any_is_negative(numbers: list[int]) -> bool:
    """Check whether some number is negative."""
    return any(number < 0 for number in numbers)


cases = [([],), ([5],), ([1, -2],), ([-3],), ([0, 4],), ([3, 6, 10],), ([0],), ([2, -1],)]


def lengths_of_words(words: list[str]) -> list[int]:
    """Return the length of each word."""
    return [len(word) for word in words]


cases = [([],), (['b'],), (['bb', 'a'],), (['', 'ccc'],), (['apple', 'fig'],), (['pear', 'fig', 'banana'],)]


def numbers_as_text(numbers: list[int]) -> list[str]:
    """Convert each number to a string."""
    return [str(number) for number in numbers]


cases = [([],), ([5],), ([1, 2],), ([-3],), ([0, 40, -1],), ([3, 6, 10],)]


def texts_as_numbers(texts: list[str]) -> list[int]:
    """Convert a list of strings to integers."""
    return [int(text) for text in texts]


cases = [([],), (['5'],), (['1', '2'],), (['-3'],), (['0', '40', '-1'],), (['3', '6', '10'],)]


def count_up_from_zero(n: int) -> list[int]:
    """Return the numbers from 0 up to n - 1 as a list."""
    return list(range(n))


cases = [(0,), (1,), (2,), (3,), (5,), (7,)]


def one_to_n(n: int) -> list[int]:
    """List the integers from 1 to n, with n included."""
    return list(range(1, n + 1))


cases = [(0,), (1,), (2,), (3,), (5,), (7,)]


def squares_up_to(n: int) -> list[int]:
    """Return a list with the squares of 1, 2, ..., n."""
    return [i * i for i in range(1, n + 1)]


cases = [(0,), (1,), (2,), (3,), (5,), (7,)]


def sums_of_pairs(pairs: list[tuple[int, int]]) -> list[int]:
    """For each pair, return its sum."""
    return [a + b for a, b in pairs]


cases = [([],), ([(1, 2)],), ([(5, 3), (0, 4)],), ([(-1, 1)],), ([(2, 2), (3, 3)],), ([(9, -4), (1, 7), (6, 0)],)]


def firsts_of_pairs(pairs: list[tuple[int, int]]) -> list[int]:
    """Collect the first element of each tuple."""
    return [pair[0] for pair in pairs]


cases = [([],), ([(1, 2)],), ([(5, 3), (0, 4)],), ([(-1, 1)],), ([(2, 6), (3, 5)],), ([(9, -4), (1, 7), (6, 0)],)]


def zip_to_pairs(left: list[int], right: list[int]) -> list[tuple[int, int]]:
    """Zip two lists into a list of tuples."""
    return list(zip(left, right))


cases = [([], []), ([1], [2]), ([1, 2], [3, 4]), ([5, 0], [0, 5]), ([7, 8, 9], [1, 2, 3]), ([-1], [1])]


def list_to_tuple(items: list[int]) -> tuple[int, ...]:
    """Convert a list to a tuple."""
    return tuple(items)


cases = [([],), ([1],), ([1, 2],), ([3, 2, 1],), ([0, 0],), ([4, 5, 6, 7],)]


def list_to_set(items: list[int]) -> set[int]:
    """Convert the list to a set."""
    return set(items)


cases = [([],), ([1],), ([1, 2],), ([3, 2, 3],), ([0, 0],), ([4, 5, 4, 5],)]


def count_distinct_items(items: list[int]) -> int:
    """Count the different items in a list."""
    return len(set(items))


cases = [([],), ([1],), ([1, 2],), ([3, 2, 3],), ([0, 0],), ([4, 5, 4, 6],)]


def has_duplicate_items(items: list[int]) -> bool:
    """Check if an item appears more than once."""
    return len(set(items)) != len(items)


cases = [([],), ([1],), ([1, 2],), ([3, 2, 3],), ([0, 0],), ([4, 5, 4, 6],), ([7, 8, 9],)]


def sorted_unique_items(items: list[int]) -> list[int]:
    """Remove duplicates and sort the result."""
    return sorted(set(items))


cases = [([],), ([1],), ([2, 1],), ([3, 2, 3],), ([0, 0],), ([40, 5, 40, -6],), ([100, 8, 33, 8],)]


def union_of_sets(left: set[int], right: set[int]) -> set[int]:
    """Return the union of the two sets."""
    return left | right


cases = [({1}, {2}), ({1, 2}, {2, 3}), ({4}, {4, 5}), ({0, 1, 2}, {1}), ({6, 7}, {8}), ({3}, {3})]


def common_to_both_sets(left: set[int], right: set[int]) -> set[int]:
    """Return the items that are in both sets."""
    return left & right


cases = [({1}, {2}), ({1, 2}, {2, 3}), ({4}, {4, 5}), ({0, 1, 2}, {1}), ({6, 7}, {8, 7}), ({3}, {3})]


def only_in_left_set(left: set[int], right: set[int]) -> set[int]:
    """Remove the members of the second set from the first set."""
    return left.difference(right)


cases = [({1}, {2}), ({1, 2}, {2, 3}), ({4}, {4, 5}), ({0, 1, 2}, {1}), ({6, 7}, {8, 7}), ({3}, {3})]


def add_to_set(values: set[int], value: int) -> set[int]:
    """Return the set with the value added."""
    return values | {value}


cases = [({1}, 2), ({1, 2}, 2), ({4, 5}, 6), ({0}, 0), ({6, 7}, 8), ({3, 1, 2}, 0)]


def is_part_of_set(small: set[int], big: set[int]) -> bool:
    """Check if the small set is a subset of the big set."""
    return small.issubset(big)


cases = [({1}, {2}), ({1}, {1, 2}), ({4, 5}, {4}), ({0, 1}, {0, 1}), ({6, 7}, {8, 7, 6}), ({3}, {4, 5})]


def value_for_key(table: dict[str, int], key: str) -> int:
    """Look up the value of the key in the dict."""
    return table.get(key)


cases = [({'a': 1}, 'a'), ({'a': 1, 'b': 2}, 'b'), ({'a': 1, 'b': 2}, 'a'), ({'x': 7, 'y': 0}, 'x'),
         ({'x': 7, 'y': 0}, 'y'), ({'red': 3, 'blue': 5}, 'blue')]


def value_or_zero(table: dict[str, int], key: str) -> int:
    """Look up a key; return 0 if it is not there."""
    return table.get(key, 0)


cases = [({}, 'a'), ({'a': 1}, 'a'), ({'a': 1}, 'b'), ({'a': 4, 'b': 2}, 'b'), ({'x': 7, 'y': -1}, 'x'),
         ({'x': 7, 'y': -1}, 'z')]


def dict_has_key(table: dict[str, int], key: str) -> bool:
    """Check if the dictionary has the key."""
    return key in table.keys()


cases = [({}, 'a'), ({'a': 1}, 'a'), ({'a': 1}, 'b'), ({'a': 4, 'b': 2}, 'b'), ({'x': 7, 'y': -1}, 'y'),
         ({'x': 7, 'y': -1}, 'z')]


def dict_has_value(table: dict[str, int], value: int) -> bool:
    """Check whether one of the values of the dict equals the value."""
    return value in table.values()


cases = [({}, 1), ({'a': 1}, 1), ({'a': 1}, 2), ({'a': 4, 'b': 2}, 2), ({'x': 7, 'y': -1}, -1), ({'x': 7, 'y': -1}, 0)]


def keys_as_list(table: dict[str, int]) -> list[str]:
    """Return the keys as a list."""
    return list(table.keys())


cases = [({},), ({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 5},),
         ({'k': 0},)]


def values_as_list(table: dict[str, int]) -> list[int]:
    """List the values of the dictionary."""
    return list(table.values())


cases = [({},), ({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 5},),
         ({'k': 0},)]


def sorted_keys(table: dict[str, int]) -> list[str]:
    """Return the keys in sorted order."""
    return sorted(table.keys())


cases = [({},), ({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 5},),
         ({'k': 0},)]


def sum_of_values(table: dict[str, int]) -> int:
    """Add up the values of the dict."""
    return sum(table.values())


cases = [({},), ({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 5},),
         ({'k': -4},)]


def largest_value(table: dict[str, int]) -> int:
    """Find the maximum value in the dictionary."""
    return max(table.values())


cases = [({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 5},), ({'k': -4},),
         ({'p': -2, 'q': -8},)]


def number_of_keys(table: dict[str, int]) -> int:
    """Return how many keys there are."""
    return len(table.keys())


cases = [({},), ({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 5},),
         ({'a': 0, 'b': 0, 'c': 0, 'd': 0},)]


def single_entry_dict(key: str, value: int) -> dict[str, int]:
    """Make a dict with one key and its value."""
    return {key: value}


cases = [('a', 1), ('b', 0), ('x', -5), ('red', 3), ('', 2), ('k', 10)]


def dict_from_pairs(pairs: list[tuple[str, int]]) -> dict[str, int]:
    """Build a dictionary from a list of pairs."""
    return dict(pairs)


cases = [([],), ([('a', 1)],), ([('a', 1), ('b', 2)],), ([('x', 0), ('y', 7)],), ([('k', -1)],),
         ([('p', 3), ('q', 3), ('r', 4)],)]


def dict_from_lists(keys: list[str], values: list[int]) -> dict[str, int]:
    """Pair up keys and values to make a dict."""
    return dict(zip(keys, values))


cases = [([], []), (['a'], [1]), (['a', 'b'], [1, 2]), (['x', 'y'], [7, 0]), (['k'], [-1]),
         (['p', 'q', 'r'], [3, 3, 4])]


def dict_to_pairs(table: dict[str, int]) -> list[tuple[str, int]]:
    """Return the (key, value) pairs of the dict."""
    return list(table.items())


cases = [({},), ({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 5},),
         ({'k': -4},)]


def combine_dicts(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
    """Merge two dicts; the second one wins for keys in both."""
    return {**first, **second}


cases = [({}, {}), ({'a': 1}, {}), ({}, {'b': 2}), ({'a': 1}, {'b': 2}), ({'a': 1}, {'a': 5}),
         ({'x': 1, 'y': 2}, {'y': 3, 'z': 4})]


def with_entry(table: dict[str, int], key: str, value: int) -> dict[str, int]:
    """Return the dict with the key set to the value."""
    return {**table, key: value}


cases = [({}, 'a', 1), ({'a': 1}, 'b', 2), ({'a': 1}, 'a', 3), ({'x': 7, 'y': 0}, 'y', 4), ({'k': 5}, 'm', 5),
         ({'p': 1, 'q': 2}, 'r', 3)]


def invert_dict(table: dict[str, int]) -> dict[int, str]:
    """Swap keys and values."""
    return {value: key for key, value in table.items()}


cases = [({},), ({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 8},),
         ({'k': -4},)]


def double_values(table: dict[str, int]) -> dict[str, int]:
    """Double each value of the dictionary and keep the keys."""
    return {key: value * 2 for key, value in table.items()}


cases = [({},), ({'a': 1},), ({'b': 1, 'a': 2},), ({'x': 7, 'y': 0},), ({'red': 3, 'blue': 5, 'green': 8},),
         ({'k': -4},)]


def map_to_squares(numbers: list[int]) -> dict[int, int]:
    """Make a dict from each number to its square."""
    return {number: number * number for number in numbers}


cases = [([],), ([5],), ([1, 2],), ([-3],), ([0, 4, -1],), ([3, 6, 10],)]


def flatten_once(lists: list[list[int]]) -> list[int]:
    """Flatten a list of lists."""
    return [item for inner in lists for item in inner]


cases = [([],), ([[1]],), ([[1, 2], [3]],), ([[], [4]],), ([[5, 6], [7, 8]],), ([[3], [2], [1]],)]


def first_list_total(lists: list[list[int]]) -> int:
    """Return the sum of the first inner list."""
    return sum(lists[0])


cases = [([[1], [2]],), ([[1, 2], [4]],), ([[], [4]],), ([[5, 6], [7, 8]],), ([[3], [2], [1]],), ([[0, 9, 1]],)]
