/// Filter expressions: boolean expressions over the rows of a reply, in the language of go-bexpr.
///
/// [dev.proconsul.rpc.endpoints.internal.filter.Filter] is the way in.
package dev.proconsul.rpc.endpoints.internal.filter;
