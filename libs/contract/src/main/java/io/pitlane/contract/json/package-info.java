/** The one JSON form of the contract. */
package io.pitlane.contract.json;
