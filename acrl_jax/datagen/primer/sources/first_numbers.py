"""First steps with numbers: one sum, one comparison, one conversion."""


def double_number(number: int) -> int:
    """Return twice the number."""
    return number * 2


cases = [(0,), (1,), (2,), (5,), (-3,), (10,), (21,)]


def triple_number(number: int) -> int:
    """Return three times the number."""
    return number * 3


cases = [(0,), (1,), (2,), (5,), (-4,), (10,)]


def ten_times(number: int) -> int:
    """Multiply the number by ten."""
    return number * 10


cases = [(0,), (1,), (3,), (12,), (-4,), (100,)]


def next_number(number: int) -> int:
    """Return the number plus one."""
    return number + 1


cases = [(0,), (1,), (-1,), (9,), (-10,), (99,)]


def previous_number(number: int) -> int:
    """Return the number minus one."""
    return number - 1


cases = [(0,), (1,), (-1,), (10,), (-9,), (100,)]


def add_ten(number: int) -> int:
    """Add 10 to the number."""
    return number + 10


cases = [(0,), (5,), (-10,), (-3,), (10,), (90,)]


def subtract_five(number: int) -> int:
    """Subtract 5 from the number."""
    return number - 5


cases = [(0,), (5,), (3,), (-5,), (12,), (100,)]


def half_of_number(number: int) -> float:
    """Divide the number by two."""
    return number / 2


cases = [(0,), (1,), (2,), (7,), (-4,), (-3,), (100,)]


def half_rounded_down(number: int) -> int:
    """Return half of the number, rounded down."""
    return number // 2


cases = [(0,), (1,), (2,), (7,), (10,), (99,)]


def quarter_of_amount(amount: int) -> float:
    """Return a quarter of the amount."""
    return amount / 4


cases = [(0,), (1,), (4,), (6,), (10,), (100,), (-8,)]


def square_of_number(number: int) -> int:
    """Return the number times itself."""
    return number * number


cases = [(0,), (1,), (2,), (3,), (-4,), (10,), (-1,)]


def cube_of_number(number: int) -> int:
    """Return the number to the power of three."""
    return number ** 3


cases = [(0,), (1,), (2,), (3,), (-2,), (10,)]


def negate_number(number: int) -> int:
    """Return the number with the opposite sign."""
    return -number


cases = [(0,), (1,), (-1,), (5,), (-8,), (100,)]


def absolute_value(number: int) -> int:
    """Return the absolute value of the number."""
    return abs(number)


cases = [(0,), (1,), (-1,), (7,), (-12,), (-100,)]


def double_plus_one(number: int) -> int:
    """Double the number and add one."""
    return number * 2 + 1


cases = [(0,), (1,), (2,), (5,), (-3,), (10,)]


def distance_from_ten(number: int) -> int:
    """Return how far the number is from 10."""
    return abs(number - 10)


cases = [(10,), (0,), (7,), (12,), (-5,), (25,)]


def last_digit_of_number(number: int) -> int:
    """Return the last digit of a number that is not negative."""
    return number % 10


cases = [(0,), (7,), (10,), (19,), (123,), (2048,)]


def drop_last_digit(number: int) -> int:
    """Remove the last digit of a number that is at least 10."""
    return number // 10


cases = [(10,), (19,), (47,), (123,), (2048,), (500,)]


def round_to_whole(value: float) -> int:
    """Round the value to the nearest whole number."""
    return round(value)


cases = [(0.2,), (0.8,), (2.0,), (3.4,), (3.7,), (-1.2,), (-1.9,)]


def sum_one_to_number(number: int) -> int:
    """Add up all whole numbers from 1 to the given positive number."""
    return number * (number + 1) // 2


cases = [(1,), (2,), (3,), (4,), (10,), (100,)]


def add_two_numbers(first: int, second: int) -> int:
    """Add the two numbers."""
    return first + second


cases = [(0, 0), (1, 2), (5, 0), (0, 7), (-3, 3), (10, -4), (20, 30)]


def add_three_numbers(first: int, second: int, third: int) -> int:
    """Return the sum of three numbers."""
    return first + second + third


cases = [(0, 0, 0), (1, 2, 3), (5, 0, 0), (0, 0, 9), (-1, 1, 4), (10, 20, -5)]


def subtract_numbers(first: int, second: int) -> int:
    """Subtract the second number from the first."""
    return first - second


cases = [(0, 0), (5, 3), (3, 5), (7, 0), (0, 4), (-2, -6)]


def multiply_two_numbers(first: int, second: int) -> int:
    """Return the product of two numbers."""
    return first * second


cases = [(0, 5), (1, 4), (2, 3), (6, 7), (-2, 5), (-3, -3), (9, 1)]


def divide_numbers(dividend: int, divisor: int) -> float:
    """Divide the first number by the second."""
    return dividend / divisor


cases = [(6, 3), (1, 2), (7, 2), (0, 5), (-9, 3), (5, 1), (3, 4)]


def whole_division(total: int, size: int) -> int:
    """Return how many times `size` fits into `total`."""
    return total // size


cases = [(6, 3), (7, 3), (8, 3), (2, 5), (0, 4), (20, 1), (100, 7)]


def remainder_of_division(total: int, size: int) -> int:
    """Return what is left over when `total` is divided by `size`."""
    return total % size


cases = [(6, 3), (7, 3), (8, 3), (2, 5), (0, 4), (20, 1), (100, 7)]


def raise_to_power(base: int, exponent: int) -> int:
    """Return `base` raised to the power of `exponent`."""
    return base ** exponent


cases = [(2, 3), (3, 2), (5, 0), (7, 1), (-2, 2), (10, 4), (0, 3)]


def average_of_two(left: int, right: int) -> float:
    """Return the average of two numbers."""
    return (left + right) / 2


cases = [(0, 0), (1, 2), (4, 8), (-3, 3), (10, 5), (7, 7)]


def average_of_three(a: int, b: int, c: int) -> float:
    """Compute the mean of three numbers."""
    return (a + b + c) / 3


cases = [(0, 0, 0), (1, 2, 3), (3, 3, 3), (0, 0, 9), (-6, 3, 6), (10, 20, 30)]


def larger_number(left: int, right: int) -> int:
    """Return the larger of the two numbers."""
    return max(left, right)


cases = [(1, 2), (2, 1), (5, 5), (-1, -3), (-4, 0), (10, 7)]


def smaller_number(left: int, right: int) -> int:
    """Return the smaller one of two numbers."""
    return min(left, right)


cases = [(1, 2), (2, 1), (5, 5), (-1, -3), (-4, 0), (10, 7)]


def largest_of_three(a: int, b: int, c: int) -> int:
    """Find the largest of three numbers."""
    return max(a, b, c)


cases = [(1, 2, 3), (3, 2, 1), (1, 3, 2), (5, 5, 5), (-1, -2, -3), (0, -4, 4)]


def smallest_of_three(a: int, b: int, c: int) -> int:
    """Give back the smallest of three numbers."""
    return min(a, b, c)


cases = [(1, 2, 3), (3, 2, 1), (2, 1, 3), (5, 5, 5), (-1, -2, -3), (0, -4, 4)]


def absolute_difference(left: int, right: int) -> int:
    """Return the absolute difference of two numbers."""
    return abs(left - right)


cases = [(0, 0), (5, 3), (3, 5), (-2, 2), (7, 0), (-4, -10)]


def sum_of_two_squares(a: int, b: int) -> int:
    """Square both numbers and add the squares."""
    return a * a + b * b


cases = [(0, 0), (1, 2), (3, 4), (-2, 5), (6, 0), (0, 7)]


def difference_squared(a: int, b: int) -> int:
    """Subtract `b` from `a` and square the result."""
    return (a - b) ** 2


cases = [(0, 0), (1, 2), (5, 2), (-3, 1), (6, 0), (4, 4)]


def product_plus_one(a: int, b: int) -> int:
    """Multiply `a` by `b` and add one."""
    return a * b + 1


cases = [(0, 0), (1, 1), (2, 3), (-2, 5), (6, 0), (4, 9)]


def perimeter_of_rectangle(width: int, height: int) -> int:
    """Return the perimeter of a rectangle."""
    return 2 * (width + height)


cases = [(1, 1), (2, 3), (3, 2), (10, 1), (5, 5), (4, 7)]


def area_of_triangle(base: int, height: int) -> float:
    """Compute the area of a triangle from its base and height."""
    return base * height / 2


cases = [(2, 2), (1, 1), (3, 4), (10, 5), (3, 3), (6, 1)]


def volume_of_box(length: int, width: int, height: int) -> int:
    """Return the volume of a box."""
    return length * width * height


cases = [(1, 1, 1), (2, 3, 4), (5, 1, 2), (1, 7, 1), (10, 10, 10), (3, 2, 9)]


def surface_of_cube(side: int) -> int:
    """Return the total area of the six faces of a cube."""
    return 6 * side * side


cases = [(1,), (2,), (3,), (5,), (10,), (4,)]


def is_number_positive(number: int) -> bool:
    """Say whether the number is greater than zero."""
    return number > 0


cases = [(0,), (1,), (-1,), (5,), (-7,), (100,)]


def is_number_negative(value: int) -> bool:
    """Tell whether a value is negative."""
    return value < 0


cases = [(0,), (1,), (-1,), (5,), (-7,), (100,), (-2,)]


def is_zero(value: int) -> bool:
    """Return True if the value is zero and False otherwise."""
    return value == 0


cases = [(0,), (1,), (-1,), (5,), (-7,), (10,)]


def is_even_number(number: int) -> bool:
    """Check whether a number is even."""
    return number % 2 == 0


cases = [(0,), (1,), (2,), (3,), (-4,), (-5,), (10,), (9,)]


def is_odd_number(number: int) -> bool:
    """Return True for an odd number and False for an even one."""
    return number % 2 == 1


cases = [(0,), (1,), (2,), (3,), (-4,), (-5,), (10,), (9,)]


def is_divisible_by(number: int, divisor: int) -> bool:
    """Return True if `number` can be divided by `divisor` without remainder."""
    return number % divisor == 0


cases = [(6, 3), (7, 3), (8, 3), (10, 5), (5, 10), (0, 4), (9, 1)]


def is_multiple_of_three(number: int) -> bool:
    """Say whether a number is a multiple of 3."""
    return number % 3 == 0


cases = [(0,), (1,), (2,), (3,), (4,), (6,), (12,), (-9,)]


def ends_in_zero(number: int) -> bool:
    """Tell whether the last digit of the number is 0."""
    return number % 10 == 0


cases = [(0,), (1,), (10,), (11,), (9,), (55,), (120,), (99,)]


def is_greater(first: int, second: int) -> bool:
    """Say whether `first` is greater than `second`."""
    return first > second


cases = [(1, 2), (2, 1), (3, 3), (-1, -2), (0, 5), (10, 9)]


def comes_before(first: int, second: int) -> bool:
    """Return True if the first number is less than the second."""
    return first < second


cases = [(1, 2), (2, 1), (3, 3), (-1, -2), (0, 5), (10, 9)]


def are_numbers_equal(first: int, second: int) -> bool:
    """Check if two numbers are equal."""
    return first == second


cases = [(1, 1), (1, 2), (2, 1), (0, 0), (-3, 3), (7, 7)]


def are_numbers_different(first: int, second: int) -> bool:
    """Return True when the two numbers differ."""
    return first != second


cases = [(1, 1), (1, 2), (2, 1), (0, 0), (-3, 3), (7, 7)]


def has_enough_money(money: int, price: int) -> bool:
    """Tell whether `money` is at least as much as `price`."""
    return money >= price


cases = [(5, 5), (5, 6), (6, 5), (0, 1), (100, 20), (0, 0)]


def fits_limit(weight: int, limit: int) -> bool:
    """Return True if `weight` is not more than `limit`."""
    return weight <= limit


cases = [(5, 5), (5, 6), (6, 5), (0, 1), (100, 20), (0, 0)]


def is_adult(age: int) -> bool:
    """Return True if the age is 18 or more."""
    return age >= 18


cases = [(17,), (18,), (19,), (0,), (40,), (5,)]


def is_freezing(celsius: int) -> bool:
    """Water freezes at 0 degrees or below; say whether it freezes."""
    return celsius <= 0


cases = [(0,), (1,), (-1,), (20,), (-15,), (5,)]


def is_over_hundred(amount: int) -> bool:
    """Check if the amount is more than 100."""
    return amount > 100


cases = [(100,), (101,), (99,), (0,), (250,), (-200,)]


def is_child(age: int) -> bool:
    """Tell whether someone of this age is younger than 13."""
    return age < 13


cases = [(12,), (13,), (11,), (14,), (1,), (40,)]


def is_single_digit(number: int) -> bool:
    """Return True if the number is from 0 to 9."""
    return 0 <= number <= 9


cases = [(0,), (9,), (10,), (-1,), (5,), (100,), (1,), (8,)]


def is_teenager(age: int) -> bool:
    """A teenager is from 13 to 19 years old; say whether the age is one of those."""
    return 13 <= age <= 19


cases = [(12,), (13,), (14,), (18,), (19,), (20,), (5,), (40,)]


def is_in_range(number: int, low: int, high: int) -> bool:
    """Say whether `number` is from `low` to `high`, both included."""
    return low <= number <= high


cases = [(5, 1, 9), (1, 1, 9), (9, 1, 9), (0, 1, 9), (10, 1, 9), (-3, -5, -1), (7, 2, 4)]


def is_twice_as_big(big: int, small: int) -> bool:
    """Tell whether `big` is exactly two times `small`."""
    return big == small * 2


cases = [(4, 2), (2, 4), (0, 0), (5, 2), (-6, -3), (7, 7), (9, 3), (10, 5)]


def sum_is_ten(left: int, right: int) -> bool:
    """Check if both numbers together make 10."""
    return left + right == 10


cases = [(5, 5), (4, 5), (10, 0), (6, 5), (-1, 11), (20, 10), (1, 1)]


def sum_is_positive(left: int, right: int) -> bool:
    """Tell whether the sum of the two is above zero."""
    return left + right > 0


cases = [(0, 0), (1, 0), (0, 1), (1, 3), (-2, -3), (5, -9), (9, -5), (3, 2)]


def both_positive(left: int, right: int) -> bool:
    """Check that both numbers are above zero."""
    return left > 0 and right > 0


cases = [(1, 1), (0, 1), (1, 0), (-1, 5), (5, -1), (2, 3), (-2, -3), (1, 9)]


def any_negative(left: int, right: int) -> bool:
    """Return True if one or both of the numbers are below zero."""
    return left < 0 or right < 0


cases = [(1, 1), (0, 1), (1, 0), (-1, 5), (5, -1), (-2, -3), (4, 4)]


def both_even(left: int, right: int) -> bool:
    """Say if two numbers are both even."""
    return left % 2 == 0 and right % 2 == 0


cases = [(0, 0), (2, 4), (1, 2), (2, 1), (3, 5), (6, 8), (10, 7), (2, 3), (3, 2)]


def all_three_true(a: bool, b: bool, c: bool) -> bool:
    """Return True only if all three flags are True."""
    return a and b and c


cases = [(True, True, True), (False, True, True), (True, False, True), (True, True, False), (False, False, False),
         (True, False, False)]


def any_of_three_true(a: bool, b: bool, c: bool) -> bool:
    """Tell whether at least one flag is True."""
    return a or b or c


cases = [(True, True, True), (False, True, False), (True, False, False), (False, False, True),
         (False, False, False), (True, False, True)]


def may_drive(age: int, has_license: bool) -> bool:
    """A driver must be at least 18 and have a license; say whether driving is allowed."""
    return age >= 18 and has_license


cases = [(18, True), (17, True), (18, False), (19, True), (40, False), (5, False)]


def needs_coat(celsius: int, raining: bool) -> bool:
    """A coat is needed when it is below 10 degrees or raining."""
    return celsius < 10 or raining


cases = [(10, False), (9, False), (10, True), (11, False), (25, True), (25, False), (-3, True)]


def is_free_day(is_weekend: bool, hours_of_work: int) -> bool:
    """A day is free on a weekend or when there are 0 hours of work."""
    return is_weekend or hours_of_work == 0


cases = [(True, 0), (True, 8), (False, 0), (False, 8), (False, 1), (True, 3)]


def number_if_true(number: int, flag: bool) -> int:
    """Return the number if the flag is True, else 0."""
    return number if flag else 0


cases = [(5, True), (5, False), (-3, True), (-3, False), (0, True), (12, True), (9, False)]


def negate_if_true(number: int, flag: bool) -> int:
    """Change the sign of the number when the flag is True, otherwise keep it."""
    return -number if flag else number


cases = [(5, True), (5, False), (-3, True), (-3, False), (0, True), (12, True)]


def add_one_if_true(count: int, flag: bool) -> int:
    """Add 1 to `count` if `flag` is True; otherwise return `count`."""
    return count + 1 if flag else count


cases = [(5, True), (5, False), (-3, True), (-3, False), (0, True), (12, False)]


def minutes_to_seconds(minutes: int) -> int:
    """Convert minutes to seconds."""
    return minutes * 60


cases = [(0,), (1,), (2,), (10,), (45,), (60,)]


def hours_to_seconds(hours: int) -> int:
    """Convert hours to seconds."""
    return hours * 3600


cases = [(0,), (1,), (2,), (5,), (12,), (24,)]


def days_to_hours(days: int) -> int:
    """Convert days to hours."""
    return days * 24


cases = [(0,), (1,), (2,), (7,), (10,), (30,)]


def weeks_to_days(weeks: int) -> int:
    """Return the number of days in the given weeks."""
    return weeks * 7


cases = [(0,), (1,), (2,), (4,), (10,), (52,)]


def years_to_months(years: int) -> int:
    """Convert years to months."""
    return years * 12


cases = [(0,), (1,), (2,), (5,), (10,), (30,)]


def meters_to_centimeters(meters: int) -> int:
    """Convert meters to centimeters."""
    return meters * 100


cases = [(0,), (1,), (2,), (5,), (12,), (250,)]


def kilometers_to_meters(kilometers: int) -> int:
    """Convert kilometers to meters."""
    return kilometers * 1000


cases = [(0,), (1,), (2,), (5,), (12,), (250,)]


def bytes_to_bits(size: int) -> int:
    """One byte has 8 bits; return the bits in `size` bytes."""
    return size * 8


cases = [(0,), (1,), (2,), (5,), (16,), (100,)]


def wheels_of_cars(cars: int) -> int:
    """Each car has 4 wheels; return how many wheels the cars have."""
    return cars * 4


cases = [(0,), (1,), (2,), (5,), (16,), (100,)]


def seconds_to_minutes(seconds: int) -> float:
    """Convert seconds to minutes."""
    return seconds / 60


cases = [(0,), (60,), (30,), (90,), (120,), (600,)]


def full_hours(minutes: int) -> int:
    """Return how many full hours are in the minutes."""
    return minutes // 60


cases = [(0,), (59,), (60,), (61,), (119,), (120,), (600,)]


def leftover_minutes(minutes: int) -> int:
    """Take out all full hours and return the minutes that remain."""
    return minutes % 60


cases = [(0,), (59,), (60,), (61,), (119,), (120,), (605,)]


def grams_to_kilograms(grams: int) -> float:
    """Convert grams to kilograms."""
    return grams / 1000


cases = [(0,), (1000,), (500,), (2500,), (10000,), (250,)]


def centimeters_to_meters(centimeters: int) -> float:
    """Convert centimeters to meters."""
    return centimeters / 100


cases = [(0,), (100,), (50,), (250,), (1000,), (25,)]


def celsius_to_fahrenheit(celsius: int) -> float:
    """Convert degrees Celsius to degrees Fahrenheit."""
    return celsius * 9 / 5 + 32


cases = [(0,), (100,), (5,), (-40,), (20,), (35,)]


def fahrenheit_to_celsius(fahrenheit: int) -> float:
    """Turn a temperature in Fahrenheit into Celsius."""
    return (fahrenheit - 32) * 5 / 9


cases = [(32,), (212,), (41,), (-40,), (68,), (95,)]


def clock_to_minutes(hours: int, minutes: int) -> int:
    """Return the total minutes of the given hours and minutes."""
    return hours * 60 + minutes


cases = [(0, 0), (0, 5), (1, 0), (1, 30), (2, 15), (23, 59)]


def money_in_cents(dollars: int, cents: int) -> int:
    """Convert an amount of dollars and cents to cents only."""
    return dollars * 100 + cents


cases = [(0, 0), (0, 5), (1, 0), (1, 30), (2, 15), (23, 99)]


def hours_left_today(hour: int) -> int:
    """A day has 24 hours; return how many are left after `hour` hours."""
    return 24 - hour


cases = [(0,), (1,), (10,), (18,), (23,), (24,)]


def points_to_hundred(points: int) -> int:
    """Return how many points are missing to 100."""
    return 100 - points


cases = [(0,), (1,), (10,), (50,), (75,), (100,)]


def percent_of_amount(amount: int, percent: int) -> float:
    """Return the given percent of the amount."""
    return amount * percent / 100


cases = [(100, 5), (200, 50), (50, 10), (80, 25), (0, 30), (40, 100)]


def cost_with_shipping(price: int, count: int, shipping: int) -> int:
    """Multiply `price` by `count` and add the `shipping` fee."""
    return price * count + shipping


cases = [(5, 2, 3), (1, 1, 0), (10, 3, 4), (7, 0, 2), (2, 8, 5), (4, 4, 4)]


def money_left(money: int, price: int, count: int) -> int:
    """Return the money left after buying `count` things for `price` each."""
    return money - price * count


cases = [(10, 2, 3), (5, 1, 5), (100, 7, 0), (20, 10, 1), (50, 8, 4), (30, 2, 2)]


def at_least_zero(number: int) -> int:
    """Replace a negative number by 0; return any other number as it is."""
    return max(number, 0)


cases = [(0,), (1,), (-1,), (5,), (-7,), (100,)]


def at_most_hundred(score: int) -> int:
    """Return the score, but never more than 100."""
    return min(score, 100)


cases = [(100,), (101,), (99,), (0,), (250,), (-5,)]


def clamp_number(number: int, low: int, high: int) -> int:
    """Limit `number` to the range from `low` to `high`."""
    return max(low, min(number, high))


cases = [(5, 1, 9), (0, 1, 9), (10, 1, 9), (1, 1, 9), (-8, -5, -1), (3, -5, -1), (7, 2, 8)]


def sign_of_number(number: int) -> int:
    """Return 1 for a positive number, -1 for a negative number and 0 for zero."""
    if number > 0:
        return 1
    return -1 if number < 0 else 0


cases = [(0,), (1,), (-1,), (5,), (-7,), (100,), (2,), (-2,)]


def one_if_even(number: int) -> int:
    """Return 1 if the number is even and 0 if it is odd."""
    return 1 if number % 2 == 0 else 0


cases = [(0,), (1,), (2,), (3,), (-4,), (-5,), (10,), (9,)]


def halve_if_even(number: int) -> int:
    """Halve an even number; return an odd number unchanged."""
    return number // 2 if number % 2 == 0 else number


cases = [(0,), (1,), (2,), (3,), (-4,), (-5,), (10,), (9,)]


def ticket_price(age: int) -> int:
    """A ticket costs 5 for ages under 12 and 10 for everyone else."""
    return 5 if age < 12 else 10


cases = [(11,), (12,), (13,), (3,), (40,), (10,)]


def positive_or_default(number: int, default: int) -> int:
    """Return `number` if it is above zero, otherwise return `default`."""
    return number if number > 0 else default


cases = [(5, 9), (0, 9), (-1, 9), (1, 9), (12, 3), (-8, 4)]
