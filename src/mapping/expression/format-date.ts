// Formats dates for the function `date`.
import { HeldBack } from './expression-problem.ts';

const isoDate = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const tokens = /YYYY|YY|MM|M|DD|D|HH|mm|ss/g;

/**
 * Formats an ISO 8601 date (`2026-03-09`, with or without a time). `format` consists of YYYY YY MM M DD D HH mm ss and characters that are
 * not letters: `DD.MM.YYYY`. The date is not converted to another time zone. An empty text stays empty.
 * @throws {HeldBack} if the text is not such a date.
 */
export function formatDate(text: string, format: string): string {
  const wanted = text.trim();
  if (wanted === '') return '';
  const parts = isoDate.exec(wanted);
  if (parts === null || !isOnCalendar(parts)) {
    throw new HeldBack(`"${text}" is not a date`, 'Correct it in the directory. Dates look like 2026-03-09.');
  }
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = parts;
  return format.replace(tokens, (token) => {
    switch (token) {
      case 'YYYY':
        return year;
      case 'YY':
        return year.slice(2);
      case 'MM':
        return month;
      case 'M':
        return String(Number(month));
      case 'DD':
        return day;
      case 'D':
        return String(Number(day));
      case 'HH':
        return hour;
      case 'mm':
        return minute;
      default:
        return second;
    }
  });
}

/** Describes the error in a date format, or returns `undefined`. */
export function checkDateFormat(format: string): string | undefined {
  const rest = format.replace(tokens, '');
  if (rest === format) return 'it contains no part of a date';
  const letter = /\p{Letter}/u.exec(rest);
  return letter === null ? undefined : `it contains "${letter[0]}"`;
}

function isOnCalendar([, year, month, day, hour = '0', minute = '0', second = '0']: RegExpExecArray): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const sameDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return sameDay && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61;
}
