/** Problems of a plan, collected with the path of the field that each is about. */
package io.pitlane.contract.validation;
