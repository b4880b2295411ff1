"""What is imported through the REST interface: months of pay, and of social insurance and the housing fund."""

from payroll import imports  # noqa: F401 - declares the kinds
from xmsw.exchange.api_writes import uploads
from xmsw.exchange.kinds import get

uploads("pay-uploads", get("pay"), clause="三(一)-1 至 三(一)-3")
uploads("insurance-uploads", get("insurance"), clause="三(一)-4")
