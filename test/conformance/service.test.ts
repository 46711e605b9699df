import { proveBook } from './prove-requirements.ts';

proveBook('service');
