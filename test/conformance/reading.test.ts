import { proveBook } from './prove.ts';

proveBook('reading');
