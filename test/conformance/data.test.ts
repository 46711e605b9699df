import { proveBook } from './prove.ts';

proveBook('data');
