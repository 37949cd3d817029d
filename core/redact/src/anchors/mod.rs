//! Finds the places at which a detector must look closer. All other text goes past at the speed of a few vector
//! instructions for each block of 64 bytes.

mod bytes;
mod lanes;
mod scalar;
mod words;

use bytes::{BLOCK, Masks, class_of};
use lanes::{Lanes, Width};
pub(crate) use scalar::{classes_at, is_word_start};
pub(crate) use words::{WordTable, WordTableBuilder, WordsAt, fold, is_crypt, key_end};

/// Bytes after a place that decide whether it is an anchor. A place nearer to the end of what has arrived waits.
pub(crate) const LOOKAHEAD: usize = 64;

/// Why a place is looked at. One place may have several classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Classes(u32);

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl Classes {
            $($(#[$doc])* pub(crate) const $name: Self = Self(1 << $bit);)*
        }
    };
}

classes! {
    /// The start of a word that begins like a word of the table. Words are ASCII letters, digits and bytes from 0x80
    /// on; one also starts at the hump of camelCase.
    WORD = 0;
    /// A `.` between two digits with another two to four bytes on: `10.0.0.1`.
    DOT_DIGIT = 1;
    /// A `.` after a word and before a letter.
    DOT_LETTER = 2;
    /// A `.` between hexadecimal digits with another five bytes on: `aabb.ccdd.eeff`.
    DOT_HEX = 3;
    /// A `:` between hexadecimal digits with another up to five bytes on, or the first of `::`.
    COLON_HEX = 4;
    /// The `:` of `://` and of `:\/\/`.
    SCHEME = 5;
    /// A `-` between hexadecimal digits with another up to five bytes on.
    DASH_HEX = 6;
    /// An `@` before a word or a bracket.
    AT = 7;
    /// A `+` before a digit and not after a word.
    PLUS_DIGIT = 8;
    /// The first of three or more digits at the start of a word, of which what follows may be a telephone number: a blank,
    /// `-`, `/` or `)` after the third, fourth or fifth of them, and not the `-` of a date. Also the first of `06 12 34 `,
    /// `08-12 ` and `08-123 `.
    PHONE = 9;
    /// Two capitals and two digits at the start of a word.
    IBAN = 10;
    /// A `%` before two hexadecimal digits.
    PERCENT = 11;
    /// The `\` of `\u`.
    ESCAPE = 12;
    /// The start of 16 or more letters and digits.
    LONG = 13;
    /// A `=`, `:` or `>` after what may end the key of an assignment, and the second `:` of `:*:`. Also, in the lines of
    /// password files, a `:` before thirteen characters of a hash, the `>` before a word behind a blank and a `*` by itself
    /// behind a word.
    ASSIGN = 14;
    /// The first of four digits before a `-` at the start of a word: a date.
    DATE = 16;
    /// The first of 13 or more digits at the start of a word, or of four that are followed by a blank or `-` and four
    /// more.
    LONG_NUMBER = 17;
    /// A `(` behind a digit: `1000(jane)`.
    NUMBER_PAREN = 18;
    /// A `°`, in UTF-8 or Latin-1.
    DEGREE = 19;
    /// A `.` between a digit and four digits: a fraction.
    FRACTION = 20;
    /// Where a share or a user of a domain may be named: the first of `\\` or `//` before a word and not behind a word, a `\`
    /// behind a capital or digit and before a word, or before `[`, and the `:` of `nas:/export`.
    SHARE = 21;
    /// A `-` before a letter, and not after a word or another `-`: an option of a command.
    OPTION = 15;
}

impl Classes {
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The class of that number.
    pub(crate) const fn numbered(number: usize) -> Self {
        Self(1 << number)
    }

    /// Number of classes.
    pub(crate) const COUNT: usize = 22;

    /// Takes the first class out of this set.
    #[inline]
    pub(crate) fn take_first(&mut self) -> Option<usize> {
        let number = self.0.trailing_zeros() as usize;
        self.0 &= self.0.wrapping_sub(1);
        (number < Self::COUNT).then_some(number)
    }

    /// The classes in this set, by number.
    pub(crate) fn numbers(self) -> impl Iterator<Item = usize> {
        let mut left = self;
        std::iter::from_fn(move || left.take_first())
    }
}

/// A place at which a detector must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) at: usize,
    pub(crate) classes: Classes,
}

/// Classes that are asked for together. The first class is in no group.
const GROUP: usize = 7;
const _: () = assert!((Classes::COUNT - 1).is_multiple_of(GROUP));

/// Walks over a window and stops at anchors.
#[derive(Debug)]
pub(crate) struct Walk {
    /// Index of the block's first byte, and the block's masks; `usize::MAX` before the first block.
    base: usize,
    following: Masks,
    /// Classes of the block's last byte.
    last: u32,
    /// Anchors of the block by class.
    by_class: [u64; Classes::COUNT],
    /// Anchors of any class in each group of [`GROUP`] classes behind [`Classes::WORD`].
    groups: [u64; (Classes::COUNT - 1) / GROUP],
    /// Anchors of any class.
    pending: u64,
    interest: Classes,
    width: Width,
}

impl Walk {
    /// Stops at anchors of these classes only.
    pub(crate) fn new(interest: Classes) -> Self {
        Self {
            base: usize::MAX,
            following: Masks::default(),
            last: 0,
            by_class: [0; Classes::COUNT],
            groups: Default::default(),
            pending: 0,
            interest,
            width: Width::widest(),
        }
    }

    /// As [`Self::new`], with narrower vectors.
    #[cfg(test)]
    fn of_width(interest: Classes, width: Width) -> Self {
        Self { width, ..Self::new(interest) }
    }

    /// Forgets the block, because the window has moved.
    pub(crate) fn forget(&mut self) {
        self.base = usize::MAX;
    }

    /// The first anchor in `text[from..horizon]`. Bytes up to [`LOOKAHEAD`] behind the horizon are looked at too, as
    /// far as there are any.
    pub(crate) fn next(
        &mut self,
        words: &WordTable,
        text: &[u8],
        mut from: usize,
        horizon: usize,
    ) -> Option<Anchor> {
        loop {
            if self.base == usize::MAX || from < self.base || from >= self.base + BLOCK {
                if from >= horizon {
                    return None;
                }
                self.enter(words, text, from);
            }
            let left = self.pending & (u64::MAX << (from - self.base));
            if left == 0 {
                from = self.base + BLOCK;
                continue;
            }
            let bit = left.trailing_zeros() as usize;
            let at = self.base + bit;
            if at >= horizon {
                return None;
            }
            return Some(Anchor { at, classes: self.classes(bit) });
        }
    }

    /// The classes of one bit. Groups without it are passed over.
    #[inline]
    fn classes(&self, bit: usize) -> Classes {
        let mut classes = (self.by_class[0] >> bit & 1) as u32;
        for (group, any) in self.groups.iter().enumerate() {
            if any >> bit & 1 == 1 {
                let first = 1 + group * GROUP;
                for class in first..first + GROUP {
                    classes |= ((self.by_class[class] >> bit & 1) as u32) << class;
                }
            }
        }
        Classes(classes & self.interest.0)
    }

    /// Classifies the block that starts at `base`.
    fn enter(&mut self, words: &WordTable, text: &[u8], base: usize) {
        // SAFETY: `width` is what was found that the processor has.
        unsafe {
            match self.width {
                #[cfg(target_arch = "x86_64")]
                Width::Sixteen => self.enter_with::<lanes::Sse2>(words, text, base),
                #[cfg(target_arch = "x86_64")]
                Width::SixtyFour => self.enter_avx512(words, text, base),
                #[cfg(not(target_arch = "x86_64"))]
                Width::Scalar => self.enter_with::<lanes::Scalar>(words, text, base),
            }
        }
    }

    /// [`Self::enter_with`], compiled for these processors.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512bw,bmi2")]
    unsafe fn enter_avx512(&mut self, words: &WordTable, text: &[u8], base: usize) {
        // SAFETY: the caller has this processor.
        unsafe { self.enter_with::<lanes::Avx512>(words, text, base) }
    }

    /// # Safety
    /// The processor has vectors of this kind.
    #[inline(always)]
    unsafe fn enter_with<L: Lanes>(&mut self, words: &WordTable, text: &[u8], base: usize) {
        let follows = self.base != usize::MAX && base == self.base + BLOCK;
        // SAFETY: the caller says so.
        let here = if follows { self.following } else { unsafe { Masks::at::<L>(text, base) } };
        // SAFETY: the caller says so.
        let following = unsafe { Masks::at::<L>(text, base + BLOCK) };
        self.base = base;
        let before = match base.checked_sub(1) {
            None => 0,
            Some(_) if follows => self.last,
            Some(index) => class_of(text[index]),
        };
        let pair = Pair { here: &here, next: &following, before };
        self.by_class = pair.anchors(words, text, base);
        self.last = here.last();
        self.following = following;
        // Of classes without a detector, too: that costs less than to leave them out here.
        for (group, classes) in self.groups.iter_mut().zip(self.by_class[1..].chunks_exact(GROUP)) {
            *group = classes.iter().fold(0, |all, mask| all | mask);
        }
        self.pending = self.groups.iter().fold(self.by_class[0], |all, mask| all | mask);
    }
}

/// A block, what follows it and the byte before it.
struct Pair<'a> {
    here: &'a Masks,
    next: &'a Masks,
    /// Classes of the byte before, as [`class_of`] has them, or those that [`Self::behind`] is asked for.
    before: u32,
}

impl Pair<'_> {
    /// Bit i: the byte `n` after i.
    #[inline(always)]
    fn ahead(&self, class: usize, n: u32) -> u64 {
        (self.here.0[class] >> n) | (self.next.0[class] << (64 - n))
    }

    /// Bit i: the byte before i.
    #[inline(always)]
    fn behind(&self, class: usize) -> u64 {
        debug_assert!(bytes::BEHIND.contains(&class), "of other classes the byte before is not known");
        (self.here.0[class] << 1) | u64::from(self.before >> class & 1)
    }

    #[inline(always)]
    fn anchors(&self, words: &WordTable, text: &[u8], base: usize) -> [u64; Classes::COUNT] {
        use bytes::*;
        let m = &self.here.0;
        let (w1, d1, h1) = (self.ahead(WORD, 1), self.ahead(DIGIT, 1), self.ahead(HEX, 1));
        let after_word = self.behind(WORD);
        let after_hex = self.behind(HEX);
        let start = m[WORD] & !after_word;
        let word = start | (m[UPPER] & self.behind(LOWER));
        let near = |class| (2..=5).fold(0, |all, n| all | self.ahead(class, n));
        let colons = if m[COLON] == 0 { 0 } else { near(COLON) };
        let dashes = if m[DASH] == 0 { 0 } else { near(DASH) };
        let slashes = self.ahead(SLASH, 2) & (self.ahead(SLASH, 1) | self.ahead(BACKSLASH, 1));
        let near_dots = if m[DOT] == 0 { 0 } else { (2..=4).fold(0, |all, n| all | self.ahead(DOT, n)) };
        let digits = start & m[DIGIT];
        let (d2, d3, d4) = (self.ahead(DIGIT, 2), self.ahead(DIGIT, 3), self.ahead(DIGIT, 4));
        let four = digits & d1 & d2 & d3;
        let gap = |n| self.ahead(SPACE, n) | self.ahead(DASH, n);
        let date = four & self.ahead(DASH, 4) & self.ahead(DASH, 7);
        // Behind the separator a digit, or a blank and a digit.
        let after = |n| {
            let separator = gap(n) | self.ahead(SLASH, n) | self.ahead(PAREN_END, n);
            separator & (self.ahead(DIGIT, n + 1) | (self.ahead(SPACE, n + 1) & self.ahead(DIGIT, n + 2)))
        };
        let pair = |n| self.ahead(DIGIT, n) & self.ahead(DIGIT, n + 1);
        let paired = (self.ahead(SPACE, 2) & pair(3) & self.ahead(SPACE, 5) & pair(6) & self.ahead(SPACE, 8))
            | (self.ahead(DASH, 2)
                & pair(3)
                & (self.ahead(SPACE, 5) | (self.ahead(DIGIT, 5) & self.ahead(SPACE, 6))));
        let phone = (digits & d1 & d2 & (after(3) | (d3 & (after(4) | (d4 & after(5)))))) & !date
            | (digits & d1 & paired);
        let groups = gap(4)
            & self.ahead(DIGIT, 5)
            & self.ahead(DIGIT, 6)
            & self.ahead(DIGIT, 7)
            & self.ahead(DIGIT, 8);
        let long_number = four & ((d4 & self.long_digits()) | groups);
        let behind_bound = !after_word & !self.behind(COLON);
        let slashed =
            m[SLASH] & self.ahead(SLASH, 1) & !self.behind(SLASH) & self.ahead(WORD, 2) & behind_bound;
        let export = m[COLON] & after_word & self.ahead(SLASH, 1) & !self.ahead(SLASH, 2);
        let share = slashed | export | if m[BACKSLASH] == 0 { 0 } else { self.backslashes(w1, after_word) };
        let assign = m[EQUALS]
            | m[GREATER]
            | (m[STAR] & !after_word & !w1)
            | (m[COLON] & !self.ahead(COLON, 1) & !(d1 & self.behind(DIGIT)));
        [
            words.select(word, text, base),
            m[DOT] & self.behind(DIGIT) & d1 & near_dots,
            m[DOT] & after_word & w1 & !d1,
            m[DOT] & after_hex & h1 & self.ahead(DOT, 5),
            m[COLON] & (self.ahead(COLON, 1) | (after_hex & h1 & colons)),
            m[COLON] & slashes,
            m[DASH] & after_hex & h1 & dashes,
            m[AT] & (w1 | self.ahead(BRACKET, 1)),
            m[PLUS] & d1 & !after_word,
            phone,
            start & m[UPPER] & self.ahead(UPPER, 1) & self.ahead(DIGIT, 2) & self.ahead(DIGIT, 3),
            m[PERCENT] & h1 & self.ahead(HEX, 2),
            m[BACKSLASH] & self.ahead(LETTER_U, 1),
            start & self.long_runs(),
            words.select_assignments(assign, text, base),
            m[DASH] & w1 & !d1 & !after_word & !self.behind(DASH),
            four & self.ahead(DASH, 4),
            long_number,
            m[PAREN] & self.behind(DIGIT),
            m[DEGREE],
            m[DOT] & self.behind(DIGIT) & d1 & d2 & d3 & d4,
            share,
        ]
    }

    /// The backslashes of [`Classes::SHARE`]; `next` and `before`: a word is there.
    fn backslashes(&self, next: u64, before: u64) -> u64 {
        use bytes::*;
        let (one, two) = (self.ahead(BACKSLASH, 1), self.ahead(WORD, 2));
        let share = one & (two | self.ahead(BACKSLASH, 2)) & !self.behind(BACKSLASH) & !before;
        let domain = (self.behind(UPPER) | self.behind(DIGIT)) & (next | (one & two));
        self.here.0[BACKSLASH] & (share | domain | (self.ahead(BRACKET, 1) & !before))
    }

    /// Bit i: 13 digits from i on.
    #[inline(always)]
    fn long_digits(&self) -> u64 {
        let both = u128::from(self.here.0[bytes::DIGIT]) | u128::from(self.next.0[bytes::DIGIT]) << 64;
        let two = both & (both >> 1);
        let four = two & (two >> 2);
        let eight = four & (four >> 4);
        (eight & (eight >> 5)) as u64
    }

    /// Bit i: 16 letters and digits from i on.
    #[inline(always)]
    fn long_runs(&self) -> u64 {
        let both = u128::from(self.here.0[bytes::WORD]) | u128::from(self.next.0[bytes::WORD]) << 64;
        let two = both & (both >> 1);
        let four = two & (two >> 2);
        let eight = four & (four >> 4);
        (eight & (eight >> 8)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces of text at which masks could go wrong, so many that every place of a block meets each.
    fn texts() -> impl Iterator<Item = Vec<u8>> {
        let pieces = "10.0.0.1 a.b ::1 fe80::1 aa:bb:cc aabb.ccdd.eeff user@host.x +46 70 [::1]:80 http://x http:\\/\\/x %41%zz \\u0041 \
            DE89370400440532013000 08-123 456 78 08-12 34 06 12 34 56 78 0123456789abcdef0123456789 192-168-0-1 a-b-c-d 12:53:15 dbpassword= pass:1 -p --p *:*:*:a camelCaseKey \u{e9}t\u{e9}=x \
            PGPASSWORD: jane:kW3fGh0pQ/a1.\n user a on >hunter2 >> jane * hunter2 * <dbpass>x --token x 4111 1111 1111 1111 2026-11-22 \\\\\\\\nas\\\\x \\\\nas\\x //nas/x nas:/x CORP\\me AB\\\\me]\\[x a:b:c:d a::b %4 \\ + @ . : - = ";
        (0..130).map(move |shift| [vec![b' '; shift], pieces.as_bytes().to_vec()].concat())
    }

    #[test]
    fn masks_and_single_bytes_find_the_same_anchors() {
        let mut builder = WordTableBuilder::default();
        ["user", "camel", "case", "key", "token", "fe8", "x"]
            .iter()
            .for_each(|word| builder.add(word.as_bytes(), 0));
        let words = builder.build();
        for (text, width) in
            texts().flat_map(|text| Width::all().into_iter().map(move |width| (text.clone(), width)))
        {
            let mut walk = Walk::of_width(Classes(u32::MAX), width);
            let mut found = vec![Classes::default(); text.len()];
            let mut from = 0;
            while let Some(anchor) = walk.next(&words, &text, from, text.len()) {
                found[anchor.at] = anchor.classes;
                from = anchor.at + 1;
            }
            for at in 0..text.len() {
                let mut expected = classes_at(&text, at);
                if is_word_start(&text, at) && words.targets(&text, at).next().is_some() {
                    expected = expected.or(Classes::WORD);
                }
                let context = String::from_utf8_lossy(&text[at.saturating_sub(8)..text.len().min(at + 8)]);
                // The filter lets some words through that are not in the table.
                let seen = Classes(found[at].0 & !1 | expected.0 & 1 & found[at].0);
                assert_eq!(seen, expected, "{context:?}");
            }
        }
    }
}
