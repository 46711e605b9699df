import { proveBook } from './prove.ts';

proveBook('writing');
