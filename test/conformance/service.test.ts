import { proveBook } from './prove.ts';

proveBook('service');
