/** Error responses of the REST interface. */
package io.pitlane.gateway.errors;
