"""What a shop and those who buy from it do: orders, what they come to, tickets."""
