import { proveBook } from './prove-requirements.ts';

proveBook('reading');
