import { describeStore } from '../../contracts/store-contract.ts';
import { openSqliteForTest } from './sqlite-under-test.ts';

describeStore('the SQLite store', openSqliteForTest);
