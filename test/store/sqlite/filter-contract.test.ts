import { describeFiltersOfStore } from '../../contracts/filter-contract.ts';
import { openSqliteForTest } from './sqlite-under-test.ts';

describeFiltersOfStore('the SQLite store', openSqliteForTest);
