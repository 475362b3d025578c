"""What is offered without an application, to those whom facts make eligible (免申即享)."""
