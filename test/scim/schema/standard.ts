/**
 * The schemas of RFC 7643 §8.7.1 and §8.7.2 in a short form: one attribute per line, sub-attributes indented, only differences from the
 * defaults of §2.2. `*` is multi-valued, `!` required, `{a b}` canonical values, `<a b>` reference types; other words are characteristics.
 */
export const standardSchemas: Readonly<Record<string, string>> = {
  User: `
userName ! server
name complex
  formatted
  familyName
  givenName
  middleName
  honorificPrefix
  honorificSuffix
displayName
nickName
profileUrl reference <external>
title
userType
preferredLanguage
locale
timezone
active boolean
password writeOnly never
emails complex *
  value
  display
  type {work home other}
  primary boolean
phoneNumbers complex *
  value
  display
  type {work home mobile fax pager other}
  primary boolean
ims complex *
  value
  display
  type {aim gtalk icq xmpp msn skype qq yahoo}
  primary boolean
photos complex *
  value reference <external>
  display
  type {photo thumbnail}
  primary boolean
addresses complex *
  formatted
  streetAddress
  locality
  region
  postalCode
  country
  type {work home other}
groups complex * readOnly
  value readOnly
  $ref reference readOnly <User Group>
  display readOnly
  type readOnly {direct indirect}
entitlements complex *
  value
  display
  type
  primary boolean
roles complex *
  value
  display
  type
  primary boolean
x509Certificates complex *
  value binary
  display
  type
  primary boolean`,
  Group: `
displayName
members complex *
  value immutable
  $ref reference immutable <User Group>
  type immutable {User Group}`,
  EnterpriseUser: `
employeeNumber
costCenter
organization
division
department
manager complex
  value
  $ref reference <User>
  displayName readOnly`,
};
