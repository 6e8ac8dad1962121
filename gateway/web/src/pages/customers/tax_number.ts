/** Tax numbers as the customer service checks them (GB 32100-2015): told while one types, not after one has sent. */

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const OLDER_LENGTHS = [15, 20];

/** As it is kept: half-width, upper case, without white space. */
export function tidyTaxNumber(text: string): string {
  return text.normalize("NFKC").toUpperCase().replace(/\s+/g, "");
}

function checkDigit(first17: string): string | undefined {
  let weight = 1;
  let sum = 0;
  for (const character of first17) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (sum % 31)) % 31];
}

export type TaxNumberProblem = "length" | "characters" | "check_digit";

/** What is wrong with a number; 18 characters are checked by their last, older forms by their length. */
export function problemOfTaxNumber(text: string): TaxNumberProblem | null {
  const number = tidyTaxNumber(text);
  if (number === "") {
    return null;
  }
  if (OLDER_LENGTHS.includes(number.length)) {
    return /^[0-9A-Z]+$/.test(number) ? null : "characters";
  }
  if (number.length !== 18) {
    return "length";
  }
  if ([...number].some((character) => !ALPHABET.includes(character))) {
    return "characters";
  }
  return checkDigit(number.slice(0, 17)) === number[17] ? null : "check_digit";
}
